import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { errorCodes } from '../../../src/base/errors.js';
import { commandNames } from '../../../src/cli/command-names.js';
import { persistStatus } from '../../../src/cli/mpathpersist/exit-status.js';
import { persistOptions } from '../../../src/cli/mpathpersist/options.js';
import { parseConfig } from '../../../src/controller/config.js';
import { catalogue } from '../../../src/model/catalogue.js';
import { projectRoot } from '../../support/paths.js';
import { compiledRoot } from '../../support/spscmd.js';

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

describe('The configuration as it is documented', () => {
  const [, documented = ''] = /### Configuration\n[^]*?```yaml\n([^]*?)```/.exec(read('README.md')) ?? [];

  it('is the defaults', () => {
    expect(parseConfig(documented, 'README')).to.deep.equal(parseConfig('', 'none'));
  });

  it('is what the package brings, each line of it a comment', () => {
    const lines = read('.tools/debian-package/pathmanager.yaml').split('\n');
    const settings = lines.slice(lines.indexOf('#') + 1).map((line) => line.replace(/^# /, ''));
    expect(settings.join('\n')).to.equal(documented);
  });
});

describe('The manual pages', function () {
  this.timeout(20_000);
  let folder = '';
  const pages = new Map<string, string>();
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'manual-'));
    const words = [join(projectRoot, '.tools/man-pages.mjs'), compiledRoot, folder];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect([status, stderr]).to.deep.equal([0, '']);
    for (const file of readdirSync(folder)) pages.set(file, readFileSync(join(folder, file), 'utf8'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The text without what troff needs in it. */
  const text = (page: string): string =>
    (pages.get(page) ?? '')
      .replace(/\\f[BIR]/g, '')
      .replaceAll('\\-', '-')
      .replaceAll('\\e', '\\');

  it('are there for each program and the configuration', () => {
    expect([...pages.keys()].sort()).to.deep.equal([
      'ispmlogger.8',
      'ispmwatcher.8',
      'mpathpersist.8',
      'pathmanager.yaml.5',
      'pathmanagerd.8',
      'spscmd.1',
    ]);
  });

  it('tell every command with each of its options, every error and every event', () => {
    const told = text('spscmd.1');
    const surface = JSON.parse(read('fixtures/cli/surface.json')) as { name: string; options: string[] }[];
    expect(surface.map(({ name }) => name)).to.have.members([...commandNames]);
    for (const { name, options } of surface) {
      expect(told).to.contain(`.SS "spscmd ${name}"`);
      for (const option of options) expect(told, `${name} ${option}`).to.match(new RegExp(`^${option}( |$)`, 'm'));
    }
    for (const code of Object.keys(errorCodes)) expect(told).to.contain(`.TP\n${code}\n`);
    for (const [id, { title }] of Object.entries(catalogue))
      expect(text('ispmlogger.8')).to.match(new RegExp(`^${id} \\w+\n${title.replace(/[()]/g, '\\$&')}\\.$`, 'm'));
  });

  it('tell every option of the daemons and every key of the configuration', () => {
    for (const daemon of ['pathmanagerd', 'ispmwatcher', 'ispmlogger']) {
      for (const option of ['--run-dir DIR', '--state-dir DIR', '--config FILE', '--version', '--help']) {
        expect(text(`${daemon}.8`)).to.contain(`.TP\n${option}\n`);
      }
    }
    expect(text('ispmlogger.8')).to.contain('.TP\n--log-dir DIR\n');
    const { initial, claim } = parseConfig('', 'none');
    expect(text('pathmanager.yaml.5')).to.match(new RegExp(`^initial\n[^]*?Default: ${initial}$`, 'm'));
    expect(text('pathmanager.yaml.5')).to.match(new RegExp(`^claim\\.mode\n[^]*?Default: ${claim.mode}$`, 'm'));
  });

  it('tell every option and every exit status of mpathpersist', () => {
    const told = text('mpathpersist.8');
    for (const { long, short, value } of persistOptions) {
      const spelled = `${short === null ? '' : `-${short}, `}--${long}${value === null ? '' : ` ${value}`}`;
      expect(told).to.contain(`.TP\n${spelled}\n`);
    }
    for (const status of Object.values(persistStatus)) expect(told).to.contain(`.TP\n${String(status)}\n`);
    expect(told).to.contain('mpathpersist is the program of that name of multipath-tools');
  });

  it('are set without a warning', function () {
    if (spawnSync('groff', ['--version']).status !== 0) {
      if (this.test !== undefined) this.test.title += ' (skipped: there is no groff on this machine)';
      this.skip();
    }
    for (const page of pages.keys()) {
      const words = ['-man', '-Tutf8', '-ww', '-z', join(folder, page)];
      const { status, stderr } = spawnSync('groff', words, { encoding: 'utf8' });
      expect([page, status, stderr]).to.deep.equal([page, 0, '']);
    }
  });
});
