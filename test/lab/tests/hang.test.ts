// A LUN whose commands never complete: people, other LUNs and the end of the daemons do not wait for it.
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { listMaps } from '../../../src/dm/maps.js';
import { Figures, ms } from '../inside/figures.js';
import { type IoRun, startReader } from '../inside/io.js';
import { hang, loadScsiDebug, unhang } from '../inside/scsi-debug.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

/** The kernel gives a command of the hung LUN up after this many seconds, when the LUN answers again. */
const kernelTimeout = 20;

describe('lab: a LUN that hangs', () => {
  const figures = new Figures();
  let system: LabSystem;
  let reader: IoRun;
  let usual: { command: number; api: number };

  before(async () => {
    system = await LabSystem.start({
      array: { ports: 2, luns: [{ name: 'good', sizeMb: 16, serial: '0000f101' }] },
      // The commands that hang end in time-outs while nobody is there, and both paths fail by that.
      config: 'queueWithoutDaemon: true\n',
    });
    const disks = [...(await loadScsiDebug({ luns: 1, hosts: 2, sizeMb: 8 })).values()].flat();
    for (const disk of disks) writeFileSync(`/sys/block/${disk}/device/timeout`, String(kernelTimeout));
    await until('the other LUN has its map with both paths', isInOrder, { found: bad });
    reader = await startReader(`/dev/mapper/${(await bad())?.name ?? ''}`);
  });
  after(async () => {
    await system.end();
    figures.print();
  });

  const bad = async () => {
    const { units } = await system.control.get('/v1/units');
    return units.find((unit) => unit.wwid !== system.wwid('good'));
  };
  /** In one group or two: its ports stand in different access states, which the watcher may know already. */
  async function isInOrder(): Promise<boolean> {
    const groups = (await bad())?.map?.groups ?? [];
    const { units } = await system.control.get('/v1/plan');
    return groups.flatMap(({ paths }) => paths).length === 2 && units.length === 0;
  }
  const badMap = () => listMaps().find((map) => map.uuid !== `mpath-${system.wwid('good')}`);

  /** Milliseconds: the best of a few commands, whose start is at the mercy of a busy machine, and the median of the API. */
  async function latencies(): Promise<{ command: number; api: number }> {
    const command: number[] = [];
    const api: number[] = [];
    for (let count = 0; count < 5; count++) {
      const { status, ms: took } = await system.installation.spscmd('getlun');
      expect(status).to.equal(0);
      command.push(took);
      for (let calls = 0; calls < 5; calls++) {
        const started = performance.now();
        await system.control.get('/v1/units');
        api.push(performance.now() - started);
      }
    }
    return { command: Math.min(...command), api: median(api) };
  }

  it('answers getlun as fast as before', async () => {
    usual = await latencies();
    await hang();
    await reader.until((stats) => stats.worstStallMs > 500);
    const now = await latencies();
    figures.add(`getlun: ${ms(usual.command)} before, ${ms(now.command)} with a LUN that hangs`);
    figures.add(`GET /v1/units: ${usual.api.toFixed(1)} ms before, ${now.api.toFixed(1)} ms with a LUN that hangs`);
    expect(now.api - usual.api).to.be.below(100);
    expect(now.command - usual.command).to.be.below(100);
  });

  it('goes on with the patrol of another LUN', async () => {
    const probed = async () => (await system.pathView('good', 0)).lastProbe?.at ?? 0;
    for (let round = 0; round < 3; round++) {
      const last = await probed();
      await until('it was probed again', async () => (await probed()) > last, { withinMs: 3000 });
    }
  });

  it('says that it hangs, when the time-out of its probe is over', async () => {
    await until('a path is failed by its probe', async () =>
      (await bad())?.paths.some((path) => path.failure?.cause === 'probe'),
    );
  });

  it('steers another LUN', async () => {
    const took = await system.command('notavail', system.path('good', 0));
    await system.comesTo('good', '@>', { withinMs: 0 });
    await system.command('avail', system.path('good', 0));
    await system.comesTo('good', '>>', { withinMs: 0 });
    figures.add(`notavail of another LUN: ${ms(took)}`);
  });

  it('lets both daemons stop within 2 s of SIGTERM, also with a reload that waits for it', async () => {
    const path = (await bad())?.paths[0]?.number ?? '';
    // Nobody waits for its answer: the controller ends before, or says that I/O hangs.
    void system.control.post('/v1/paths/balance', { path, mode: 'round-robin' }).catch(() => undefined);
    await until('the change has begun', () => system.records().some((record) => record.event === 267));
    const { controllerMs, watcherMs } = await system.installation.stop();
    figures.add(`SIGTERM: pathmanagerd ended after ${ms(controllerMs)}, ispmwatcher after ${ms(watcherMs)}`);
    expect(Math.max(controllerMs, watcherMs)).to.be.below(2000);
  });

  it('is in order again when it answers, and nothing is left suspended', async function () {
    this.timeout(90_000);
    await unhang();
    await until('no map is suspended', () => listMaps().every((map) => !map.suspended && map.hasTable), {
      withinMs: 2 * kernelTimeout * 1000,
      found: () => listMaps().map(({ name, suspended }) => ({ name, suspended })),
    });
    await system.startDaemons();
    await until('all its paths are back', async () => (await bad())?.paths.every((path) => path.state === 'in-use'), {
      withinMs: 2 * kernelTimeout * 1000,
      found: bad,
    });
    // What was asked for while it hung is done by itself. scsi_debug's access states follow its host numbers, and a path
    // that is alone in its group needs no selector.
    await until(
      'the change is made',
      async () => {
        const unit = await bad();
        const groups = badMap()?.groups ?? [];
        const asked = groups.every(({ paths, selector }) => paths.length === 1 || selector === 'round-robin');
        return unit?.balance === 'round-robin' && unit.problem === null && asked;
      },
      { withinMs: kernelTimeout * 1000, found: badMap },
    );
    const { reads } = await reader.stats();
    const { errors } = await reader.until((stats) => stats.reads > reads + 20);
    expect([errors, listMaps().some((map) => map.suspended)]).to.deep.equal([0, false]);
  });
});

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
