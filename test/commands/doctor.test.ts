import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DoctorView, Finding } from '../../src/model/doctor/types.js';
import { withApi } from '../support/api-double.js';
import { expectGolden } from '../support/golden.js';
import { projectRoot } from '../support/paths.js';
import { spscmd } from '../support/spscmd.js';
import { health } from '../support/views.js';

const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
const running = { ...health(), version };

const findings: readonly Finding[] = [
  {
    code: 'suspended-map',
    severity: 'error',
    what: 'Suspended: map "lu0\u001b[2J".',
    means: 'All I/O of a suspended map waits, whatever its paths do.',
    mend: '"spscmd plan --apply" resumes maps of logical units; others by "dmsetup resume NAME".',
    units: [0],
  },
  {
    code: 'one-host',
    severity: 'warning',
    what: 'All paths of logical units #0 (lu0) and #1 (lu1) go through host3.',
    means: 'It is a single point of failure: with this adapter, its cable or its switch port all I/O stops.',
    mend: 'Connect another adapter to the array.',
    units: [0, 1],
  },
  {
    code: 'health-check-off',
    severity: 'info',
    what: 'The health check of the patrol is off.',
    means: 'That an idle path is broken shows only when it is needed.',
    mend: 'Switch it on: "spscmd setwatcher 3:::" for both checks.',
    units: [],
  },
];
const view = (found: readonly Finding[]): DoctorView => ({ at: 1, version, units: 2, paths: 8, findings: found });

describe('spscmd doctor', () => {
  it('tells each finding in a paragraph, and ends with 1 where one is more than information', async () => {
    await withApi({ health: running, doctor: view(findings) }, async ({ runDir }) => {
      const { status, stdout, stderr } = await spscmd(['doctor', '--run-dir', runDir]);
      expect({ status, stderr }).to.deep.equal({ status: 1, stderr: '' });
      expectGolden(stdout, 'cli/doctor.txt');
    });
  });

  it('ends with 0 where there is nothing but information, or nothing', async () => {
    for (const [found, last] of [
      [findings.slice(2), 'Looked at: 2 logical units, 8 paths. Found: 0 errors, 0 warnings, 1 hint'],
      [[], 'Looked at: 2 logical units, 8 paths. Nothing found'],
    ] as const) {
      await withApi({ health: running, doctor: view(found) }, async ({ runDir }) => {
        const { status, stdout } = await spscmd(['doctor', '--run-dir', runDir]);
        expect([status, stdout.trimEnd().split('\n').at(-1)]).to.deep.equal([0, last]);
      });
    }
  });

  it('gives the findings with --json, with the same exit status', async () => {
    await withApi({ health: running, doctor: view(findings) }, async ({ runDir }) => {
      const { status, stdout } = await spscmd(['doctor', '--json', '--run-dir', runDir]);
      expect([status, JSON.parse(stdout)]).to.deep.equal([
        1,
        { version, controller: { version, units: 2, paths: 8 }, findings },
      ]);
    });
  });

  it('finds that the controller does not run, or is of another version', async () => {
    const absent = await spscmd(['doctor', '--run-dir', '/nonexistent']);
    expect([absent.status, absent.stderr]).to.deep.equal([1, '']);
    expect(absent.stdout).to.match(/^ERROR: Controller is not running: there is no socket/);
    expect(absent.stdout).to.match(/\(controller-absent\)\n/);
    await withApi({}, async ({ runDir }) => {
      const other = await spscmd(['doctor', '--run-dir', runDir]);
      expect([other.status, other.stderr]).to.deep.equal([1, '']);
      expect(other.stdout).to.match(/^WARNING: The controller is version 9\.8\.7, this command version /);
    });
  });
});
