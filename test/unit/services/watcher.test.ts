import { expect } from 'chai';
import type { PortGroupState } from '../../../src/model/types.js';
import type { PathView, SettingsView, UnitView } from '../../../src/model/view.js';
import type { ProbeAnswer, ReportBody } from '../../../src/services/watcher/ports.js';
import { Watcher } from '../../../src/services/watcher/watcher.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { path, settings, unit } from '../../support/views.js';

const up: ProbeAnswer = { verdict: 'up', outcome: 'good', latencyMs: 1 };

class Scene {
  readonly clock = new FakeClock();
  readonly probed: string[] = [];
  readonly expected: (string | null)[] = [];
  readonly groupsAsked: string[] = [];
  readonly lunsAsked: string[] = [];
  luns: readonly string[] | null = null;
  /** Paths with a probe under way: the sg channel takes no second command. */
  readonly outstanding = new Set<string>();
  readonly reports: ReportBody[] = [];
  readonly troubles: string[] = [];
  /** How many units each reading brought. */
  readonly unitsSeen: number[] = [];
  units: readonly UnitView[] = [];
  unitsRead = 0;
  unreadable = false;
  watch: Partial<SettingsView['watcher']> = { intervalSec: 10, thresholdSec: 15, timeoutSec: 30 };
  /** Requests completed of each disk, as its counters say. */
  readonly completed = new Map<string, number>();
  /** What a probe gives; a promise that never settles is a path that hangs. */
  answer: (path: PathView, timeoutMs: number) => Promise<ProbeAnswer | null> = () => Promise.resolve(up);
  groups: () => Promise<readonly PortGroupState[]> = () => Promise.resolve([{ id: 1, state: 'optimized' }]);
  readonly watcher = new Watcher({
    clock: this.clock,
    link: {
      units: () => {
        this.unitsRead += 1;
        if (this.unreadable) return Promise.reject(new Error('the controller does not answer'));
        return Promise.resolve({ sequence: 1, units: this.units });
      },
      settings: () => Promise.resolve(settings({ watcher: { ...settings().watcher, ...this.watch } })),
      report: (body) => {
        this.reports.push(body);
        return Promise.resolve();
      },
    },
    scsi: {
      probe: (target, expected, timeoutMs) => {
        this.probed.push(target.number);
        this.expected.push(expected);
        this.outstanding.add(target.number);
        return this.answer(target, timeoutMs).finally(() => this.outstanding.delete(target.number));
      },
      portGroups: (target) => {
        this.groupsAsked.push(target.number);
        return this.outstanding.has(target.number) ? Promise.resolve(null) : this.groups();
      },
      luns: (target) => {
        this.lunsAsked.push(target.number);
        return Promise.resolve(this.luns);
      },
      keepOnly: () => undefined,
      close: () => undefined,
    },
    ioCounts: {
      read: (node) => ({ completed: this.completed.get(node) ?? 0, inFlight: 0 }),
      keepOnly: () => undefined,
    },
    onUnits: (units) => this.unitsSeen.push(units.length),
    trouble: (what) => this.troubles.push(what),
  });
}

describe('Watcher', () => {
  it('proves every failed path as soon as the controller is there', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('0:0:0:0'), path('1:0:0:0', { state: 'failed' })])];
    await scene.watcher.connected();
    await scene.clock.advance(10);
    expect(scene.probed).to.deep.equal(['1:0:0:0']);
    expect(scene.reports.flatMap((report) => report.probes.map((probe) => probe.verdict))).to.deep.equal(['up']);
  });

  it('checks failed paths every interval and idle ones after the threshold', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('0:0:0:0', { node: 'sda' }), path('1:0:0:0', { node: 'sdb', state: 'failed' })])];
    await scene.watcher.connected();
    scene.probed.length = 0;
    await scene.clock.advance(10_000);
    expect(scene.probed).to.deep.equal(['1:0:0:0']);
    await scene.clock.advance(20_000);
    expect(scene.probed).to.deep.equal(['1:0:0:0', '1:0:0:0', '0:0:0:0', '1:0:0:0']);
  });

  it('sees that a path that comes back leads to the same unit, and spares a healthy one the question', async () => {
    const scene = new Scene();
    scene.watch = { ...scene.watch, thresholdSec: 0 };
    scene.units = [unit(0, [path('0:0:0:0', { node: 'sda' }), path('1:0:0:0', { node: 'sdb', state: 'failed' })])];
    await scene.watcher.connected();
    await scene.clock.advance(20_000);
    expect(new Set(scene.probed.map((number, index) => `${number} ${String(scene.expected[index])}`))).to.deep.equal(
      new Set([`1:0:0:0 ${scene.units[0]?.wwid ?? ''}`, '0:0:0:0 null']),
    );
  });

  it('does not check a path that carries I/O', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('0:0:0:0', { node: 'sda' })])];
    await scene.watcher.connected();
    for (let round = 1; round < 6; round += 1) {
      scene.completed.set('sda', round);
      await scene.clock.advance(10_000);
    }
    expect(scene.probed).to.deep.equal([]);
  });

  it('follows a new interval at once', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('1:0:0:0', { state: 'failed' })])];
    await scene.watcher.connected();
    scene.probed.length = 0;
    scene.watch = { ...scene.watch, intervalSec: 1 };
    await scene.watcher.refresh();
    await scene.clock.advance(1_000);
    expect(scene.probed).to.have.length(1);
  });

  it('probes at once what the controller asks for, also a path that it has not heard of yet', async () => {
    const scene = new Scene();
    await scene.watcher.connected();
    scene.units = [unit(0, [path('0:0:0:0')])];
    const wanted = scene.units[0]?.paths[0];
    await scene.watcher.demanded({
      wwid: scene.units[0]?.wwid ?? '',
      key: wanted?.key ?? '',
      sg: null,
      devT: '8:0',
      reason: 'failback',
    });
    await settle();
    expect(scene.probed).to.deep.equal(['0:0:0:0']);
  });

  it('gives an operator an answer sooner than the patrol would', async () => {
    const scene = new Scene();
    scene.watch = { ...scene.watch, timeoutSec: 120 };
    scene.units = [unit(0, [path('0:0:0:0')])];
    const limits: number[] = [];
    scene.answer = (_path, timeoutMs) => {
      limits.push(timeoutMs);
      return Promise.resolve(up);
    };
    await scene.watcher.connected();
    const { wwid, paths } = scene.units[0] ?? { wwid: '', paths: [] };
    await scene.watcher.demanded({ wwid, key: paths[0]?.key ?? '', sg: null, devT: '8:0', reason: 'failback' });
    expect(limits).to.deep.equal([10_000]);
  });

  it('goes on with all other paths although more of them hang than it has places', async () => {
    const scene = new Scene();
    const hung = Array.from({ length: 100 }, (_, n) => path(`0:0:0:${String(n)}`, { state: 'failed' }));
    scene.units = [unit(0, hung), unit(1, [path('1:0:0:0', { state: 'failed' })])];
    scene.answer = (target) => (target.number.startsWith('0:') ? new Promise(() => undefined) : Promise.resolve(up));
    await scene.watcher.connected();
    await scene.clock.advance(2_000);
    expect(scene.probed).to.include('1:0:0:0');
    expect(scene.reports.flatMap((report) => report.probes)).to.have.length(1);
  });

  it('says nothing of a path whose command is still outstanding', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('0:0:0:0', { state: 'failed' })])];
    scene.answer = () => Promise.resolve(null);
    await scene.watcher.connected();
    await scene.clock.advance(10);
    expect(scene.reports).to.deep.equal([]);
  });

  it('asks one path of a unit for the states of all its target port groups', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('0:0:0:0', { portGroup: 1 }), path('1:0:0:0', { portGroup: 2 })])];
    await scene.watcher.connected();
    await scene.clock.advance(10);
    expect(scene.groupsAsked).to.deep.equal(['0:0:0:0']);
    expect(scene.reports.flatMap((report) => report.access)).to.have.length(1);
  });

  describe('of a unit all of whose paths are being probed', () => {
    const groups = (scene: Scene) => scene.reports.flatMap((report) => report.access);
    /** Each round probes every path. */
    const idle = (hung: (target: PathView) => boolean): Scene => {
      const scene = new Scene();
      scene.watch = { ...scene.watch, thresholdSec: 0 };
      const paths = ['0:0:0:0', '1:0:0:0'].map((number, index) =>
        path(number, { node: `sd${String(index)}`, devT: `8:${String(index)}`, portGroup: 1 }),
      );
      scene.units = [unit(0, paths)];
      scene.answer = (target) =>
        new Promise((resolve) => {
          if (!hung(target)) scene.clock.after('probe', 50, () => resolve(up));
        });
      return scene;
    };

    it('asks for the target port groups when the first of them has answered', async () => {
      const scene = idle(() => false);
      await scene.watcher.connected();
      await scene.clock.advance(20_100);
      expect(scene.probed).to.have.length(2);
      expect(scene.groupsAsked).to.deep.equal(['0:0:0:0', '0:0:0:0', '0:0:0:0']);
      expect(groups(scene)).to.have.length(3);
    });

    it('asks by another path where the first one hangs', async () => {
      const scene = idle((target) => target.number === '0:0:0:0');
      await scene.watcher.connected();
      await scene.clock.advance(40_100);
      expect(scene.groupsAsked.slice(-2)).to.deep.equal(['1:0:0:0', '1:0:0:0']);
    });

    it('asks once when they answer at last, however many rounds have passed', async () => {
      const scene = idle(() => true);
      await scene.watcher.connected();
      await scene.clock.advance(60_000);
      const asked = scene.groupsAsked.length;
      scene.answer = () => Promise.resolve(up);
      await scene.clock.advance(60_000);
      expect(scene.groupsAsked).to.have.length(asked);
    });
  });

  it('probes a path when its question for target port groups has ended, and not past it', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('0:0:0:0', { portGroup: 1 })])];
    let answered: () => void = () => undefined;
    scene.groups = () => new Promise((resolve) => (answered = () => resolve([])));
    await scene.watcher.connected();
    const { wwid, paths } = scene.units[0] ?? { wwid: '', paths: [] };
    await scene.watcher.demanded({ wwid, key: paths[0]?.key ?? '', sg: null, devT: '8:0', reason: 'suspect' });
    await settle();
    expect(scene.probed).to.deep.equal([]);
    answered();
    await settle();
    expect(scene.probed).to.deep.equal(['0:0:0:0']);
  });

  it('tells with each report when it comes round next', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('1:0:0:0', { state: 'failed' })])];
    await scene.watcher.connected();
    await scene.clock.advance(4_000);
    await scene.clock.advance(6_500);
    const [first, second] = scene.reports.map((report) => report.nextRoundMs);
    expect(first).to.be.within(9_000, 10_000);
    expect(second).to.be.within(9_000, 10_000);
    await scene.watcher.demanded({
      wwid: scene.units[0]?.wwid ?? '',
      key: scene.units[0]?.paths[0]?.key ?? '',
      sg: null,
      devT: '8:0',
      reason: 'failback',
    });
    await scene.clock.advance(1_000);
    expect(scene.reports.at(-1)?.nextRoundMs).to.be.within(8_500, 9_500);
  });

  it('sends what it saw at one time in one report', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('0:0:0:0', { state: 'failed' }), path('1:0:0:0', { state: 'failed' })])];
    await scene.watcher.connected();
    await scene.clock.advance(10);
    expect(scene.reports.map((report) => report.probes.length)).to.deep.equal([2]);
  });

  it('gathers what says nothing new, and sends it with the first news', async () => {
    const scene = new Scene();
    scene.watch = { ...scene.watch, thresholdSec: 0 };
    scene.units = [
      unit(
        0,
        [0, 1, 2].map((n) => path(`${n}:0:0:0`, { node: `sd${n}`, devT: `8:${n}` })),
      ),
    ];
    const delays: Record<string, number> = { '0:0:0:0': 0, '1:0:0:0': 100, '2:0:0:0': 700 };
    scene.answer = (target) =>
      new Promise((resolve) => void scene.clock.after('probe', delays[target.number] ?? 0, () => resolve(up)));
    await scene.watcher.connected();
    await scene.clock.advance(22_000);
    expect(scene.reports.map((report) => report.probes.length)).to.deep.equal([2, 1]);
    const answer = scene.answer;
    scene.answer = (target, timeoutMs) =>
      target.number === '1:0:0:0' ? Promise.resolve({ ...up, verdict: 'down' }) : answer(target, timeoutMs);
    scene.reports.length = 0;
    await scene.clock.advance(8_100);
    expect(scene.reports.map((report) => report.probes.length)).to.deep.equal([2]);
  });

  it('reads the units again when it is told of a change, and not with each round', async () => {
    const scene = new Scene();
    await scene.watcher.connected();
    await scene.clock.advance(60_000);
    expect(scene.unitsRead).to.equal(1);
    await Promise.all([scene.watcher.refresh(), scene.watcher.refresh(), scene.watcher.refresh()]);
    expect(scene.unitsRead, 'one reading is under way, one more follows for all that came meanwhile').to.equal(3);
  });

  it('reads units that change one after the other once, half a second after the first', async () => {
    const scene = new Scene();
    await scene.watcher.connected();
    scene.watcher.refreshSoon();
    await scene.clock.advance(400);
    scene.watcher.refreshSoon();
    expect(scene.unitsRead).to.equal(1);
    await scene.clock.advance(100);
    expect(scene.unitsRead).to.equal(2);
    scene.watcher.refreshSoon();
    scene.unreadable = true;
    await scene.clock.advance(500);
    expect([scene.unitsRead, scene.troubles]).to.deep.equal([3, ['Cannot read the units from the controller']]);
  });

  it('probes the device that it is asked to, which may be another one than when the units were read', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('1:0:0:0', { sg: 'sg1' })])];
    await scene.watcher.connected();
    const asked: (string | null)[] = [];
    scene.answer = (target) => {
      asked.push(target.sg, target.devT);
      return Promise.resolve(up);
    };
    const [{ wwid, paths }] = scene.units as [UnitView];
    const key = paths[0]?.key ?? '';
    await scene.watcher.demanded({ wwid, key, sg: 'sg7', devT: '8:112', reason: 'transport' });
    await scene.clock.advance(10);
    expect(asked).to.deep.equal(['sg7', '8:112']);
  });

  it('reads the units with the next round where it could not when it was told', async () => {
    const scene = new Scene();
    await scene.watcher.connected();
    scene.unreadable = true;
    const failed = await scene.watcher.refresh().then(
      () => false,
      () => true,
    );
    scene.unreadable = false;
    await scene.clock.advance(10_000);
    expect({ failed, read: scene.unitsRead }).to.deep.equal({ failed: true, read: 3 });
  });

  it('rests while the controller is away', async () => {
    const scene = new Scene();
    scene.units = [unit(0, [path('0:0:0:0', { state: 'failed' })])];
    await scene.watcher.connected();
    scene.probed.length = 0;
    scene.watcher.disconnected();
    await scene.clock.advance(60_000);
    expect(scene.probed).to.deep.equal([]);
  });
});
