// An operator who wants to understand: why a path is as it is, what waits in the kernel, what is amiss with the machine.
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import type { Diagnosis } from '../../../src/cli/diagnosis.js';
import type { ExplanationView, PathExplanation } from '../../../src/model/explain/types.js';
import type { PlanResultView, PlanView } from '../../../src/model/plan-view.js';
import { plug, pull } from '../inside/faults.js';
import { type IoRun, startReader } from '../inside/io.js';
import { hang, loadScsiDebug, unhang } from '../inside/scsi-debug.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

/** The kernel gives up a command that hangs after this many seconds. */
const kernelTimeout = 10;

describe('lab: explaining', () => {
  let system: LabSystem;

  before(async () => {
    system = await LabSystem.start({
      array: { ports: 2, fabrics: 1, luns: [{ name: 'data', sizeMb: 16, serial: '00001401' }] },
    });
  });
  after(() => system.end());

  /** What a command prints with --json, whatever its exit status. */
  async function told(...args: string[]): Promise<{ readonly view: unknown; readonly status: number | null }> {
    const { status, stdout, stderr } = await system.installation.spscmd(...args, '--json');
    expect([args, stderr]).to.deep.equal([args, '']);
    return { view: JSON.parse(stdout), status };
  }

  const diagnosed = async () => (await told('doctor')).view as Diagnosis;

  /** A path, and the moment at which it was so. */
  async function explained(name: string): Promise<PathExplanation & { readonly at: number }> {
    const { at, units } = (await told('explain', name)).view as ExplanationView;
    const [path] = units[0]?.paths ?? [];
    if (path === undefined) throw new Error(`Nothing is told of ${name}`);
    return { ...path, at };
  }

  describe('a pulled path', () => {
    let path: string;
    before(async () => {
      path = system.path('data', 1);
      await pull(system.array, 1);
      await system.comesTo('data', '>X');
    });

    it('is explained: what was seen of it, the rule, and the next probe', async () => {
      const { at, rule, seen, next } = await explained(path);
      expect(rule.code).to.match(/^failed-by-(probe|kernel)$/);
      expect(seen.map(({ kind }) => kind)).to.include.members(['probe', 'failure', 'kernel', 'access', 'enablement']);
      expect(seen.find(({ kind }) => kind === 'kernel')?.text).to.match(/^the kernel has it failed/);
      expect(next.map(({ code }) => code)).to.deep.equal(['recovery-check']);
      // The patrol of the lab goes round every second.
      expect((next[0]?.at ?? 0) - at).to.be.within(0, 1000);
    });

    it('is explained in words to anybody, with the unit that it belongs to', async () => {
      const { number } = await system.unit('data');
      const { stdout } = await system.installation.spscmd('explain', String(number));
      expect(stdout).to.match(/^LogicalUnit #\d+ "lu\d+", WWID 36001405/);
      expect(stdout).to.include('1 of 2 paths can be used');
      expect(stdout).to.include(`X Path ${path}`);
      expect(stdout).to.match(/Next : in \d s: the patrol probes it; a good probe brings it back, enabled/);
    });

    it('is told to have come back when it is plugged in', async () => {
      await plug(system.array, 1);
      await system.comesTo('data', '>>');
      const { rule, seen } = await explained(path);
      expect(rule.code).to.equal('shares');
      expect(seen.map(({ text }) => text)).to.include('Automatic failback done');
    });

    it('is told by whom it was disabled', async () => {
      await system.command('notavail', path);
      const { rule, seen } = await explained(path);
      expect([rule.code, seen.some(({ text }) => text === 'disabled by an operator')]).to.deep.equal([
        'disabled',
        true,
      ]);
      await system.command('avail', path);
    });
  });

  describe('doctor', () => {
    it('names the host that all paths go through, and the log service that is away', async () => {
      const { findings, controller } = await diagnosed();
      const { number, name } = await system.unit('data');
      const [host] = system.path('data', 0).split(':');
      const found = findings.filter(({ code }) => code === 'one-host');
      expect(found.map(({ severity, what, units }) => [severity, what, units])).to.deep.equal([
        ['warning', `All paths of logical unit #${String(number)} (${name}) go through host${host ?? ''}.`, [number]],
      ]);
      expect(findings.map(({ code }) => code))
        .to.include('logger-absent')
        .and.not.include('watcher-absent');
      expect(controller?.paths).to.equal(2);
      expect((await system.installation.spscmd('doctor')).status).to.equal(1);
    });
  });

  describe('a LUN whose I/O hangs', () => {
    let reader: IoRun;
    let number: number;

    const stuck = async () => {
      const { units } = await system.control.get('/v1/units');
      return units.find((unit) => unit.wwid !== system.wwid('data'));
    };
    const planned = async () => ((await told('plan')).view as PlanView).units.find((unit) => unit.number === number);

    before(async () => {
      const disks = [...(await loadScsiDebug({ luns: 1, hosts: 2, sizeMb: 8 })).values()].flat();
      for (const disk of disks) writeFileSync(`/sys/block/${disk}/device/timeout`, String(kernelTimeout));
      await until(
        'it has its map',
        async () => (await stuck())?.map?.groups.flatMap(({ paths }) => paths).length === 2,
        {
          found: stuck,
        },
      );
      const unit = await stuck();
      number = unit?.number ?? -1;
      await system.command('lbmode', unit?.paths[0]?.number ?? '', '0');
      await until('it is not balanced', async () => (await stuck())?.map?.groups.length === 2, { found: stuck });
      expect((await system.installation.spscmd('plan')).stdout).to.match(/^Nothing to do: /);
      reader = await startReader(`/dev/mapper/${unit?.name ?? ''}`);
    });
    after(() => reader.kill());

    it('has a change that waits, which plan shows with the reason, and doctor with a warning', async () => {
      await hang();
      await reader.until((stats) => stats.worstStallMs > 500);
      const waiting = (await stuck())?.paths.find((path) => path.state === 'active');
      const line = await system.refused(1, 'path', waiting?.number ?? '');
      expect(line).to.include('I/O hangs on device');
      const plan = await planned();
      expect(plan?.operations.map(({ text }) => text)).to.include('load a new table');
      expect(plan?.waits.text).to.include('I/O hangs on device');
      expect((await diagnosed()).findings.map(({ code, units }) => [code, ...units])).to.deep.include([
        'change-put-off',
        number,
      ]);
    });

    it('is not changed by force', async () => {
      const before = (await stuck())?.map?.groups;
      const { view, status } = await told('plan', '--apply');
      const mine = (view as PlanResultView).units.find((unit) => unit.number === number);
      expect([status, mine?.done]).to.deep.equal([1, false]);
      // Another attempt may have begun since.
      expect(mine?.waits?.text).to.include('I/O hangs on device');
      expect((await stuck())?.map?.groups.map(({ paths }) => paths.map(({ devT }) => devT))).to.deep.equal(
        before?.map(({ paths }) => paths.map(({ devT }) => devT)),
      );
    });

    it('is changed when its I/O flows again, and nothing is left to do', async function () {
      this.timeout(90_000);
      await unhang();
      await until('nothing is left to do', async () => (await planned()) === undefined, {
        withinMs: 60_000,
        found: planned,
      });
      expect((await stuck())?.problem).to.equal(null);
      const { reads } = await reader.stats();
      const { errors } = await reader.until((stats) => stats.reads > reads + 20);
      expect(errors).to.equal(0);
    });
  });

  it('doctor tells without a controller that there is none, and which maps run', async () => {
    await system.installation.controller.stop();
    const { controller, findings } = await diagnosed();
    expect(controller).to.equal(null);
    expect(findings.map(({ code }) => code)).to.deep.equal(['controller-absent', 'maps-unattended']);
    expect(findings[1]?.what).to.include('lu0');
    await system.installation.startController();
  });
});
