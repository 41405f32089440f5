import { expect } from 'chai';
import bunyan from 'bunyan';
import { Claims } from '../../../src/controller/claims.js';
import { parseConfig } from '../../../src/controller/config.js';
import type { PathExplanation } from '../../../src/model/explain/types.js';
import { ControllerService } from '../../../src/services/daemon/controller-service.js';
import { Machine, pathFacts, unitA } from '../../support/machine.js';

const first = pathFacts(unitA, 0);

describe('What the daemon tells to those who want to understand', () => {
  let machine: Machine;
  let service: ControllerService;

  beforeEach(async () => {
    machine = new Machine();
    await machine.add(first, pathFacts(unitA, 1));
    await machine.start();
    service = new ControllerService(machine.steady, bunyan.createLogger({ name: 'test', streams: [] }));
    const claims = new Claims(parseConfig('', 'test').claim);
    service.attach(machine.controller, { claims, kernel: machine.kernel, limits: () => null });
  });

  const explained = (): PathExplanation => {
    const [path] = service.insight.explain('sda').units[0]?.paths ?? [];
    if (path === undefined) throw new Error('nothing is told');
    return path;
  };
  const seen = (): readonly string[] => explained().seen.map(({ text }) => text);
  /** Milliseconds until the patrol comes round; null where that is not known. */
  const round = (): number | null => {
    const at = explained().next.find(({ code }) => code === 'health-check')?.at ?? null;
    return at === null ? null : at - machine.clock.now();
  };

  it('knows when the patrol comes round: from its coming, by its word, by another interval', async () => {
    expect([round(), explained().next.at(-1)?.code]).to.deep.equal([null, 'no-watcher']);
    service.watcherConnected(true);
    await machine.clock.advance(10_000);
    expect(round()).to.equal(50_000);
    service.report([], [], 42_000);
    expect(round()).to.equal(42_000);
    service.report([], [], null);
    service.settingsChanged();
    expect(round()).to.equal(42_000);
    await machine.request({ kind: 'set-watcher', watcher: { intervalSec: 5 } });
    service.settingsChanged();
    expect(round()).to.equal(5_000);
    service.watcherConnected(false);
    expect(round()).to.equal(null);
  });

  it('counts on a second watcher while one of two goes', () => {
    service.watcherConnected(true);
    service.watcherConnected(true);
    service.watcherConnected(false);
    expect(round()).to.equal(60_000);
  });

  it('keeps what happened to a path', () => {
    const { number } = first;
    service.record({ id: 270, at: 1, wwid: unitA, unit: null, path: number, detail: 'I/O failed' });
    expect(seen()).to.include('Path error reported by the kernel: I/O failed');
  });

  it('knows of a probe without an answer, until it has one or the watcher has gone', () => {
    const open = 'a probe was asked for and has not ended yet';
    const ask = (): void => service.prober.request({ wwid: unitA, key: first.key, reason: 'suspect' });
    ask();
    expect(seen(), 'nobody heard it').to.not.include(open);
    service.watcherConnected(true);
    ask();
    expect(seen()).to.include(open);
    service.report([{ wwid: unitA, key: first.key, verdict: 'up', outcome: 'good', latencyMs: 1 }], [], null);
    expect(seen()).to.not.include(open);
    ask();
    service.watcherConnected(false);
    expect(seen()).to.not.include(open);
  });

  it('tells times by the wall clock as it is set, and ages as before', () => {
    const before = service.insight.explain('lu0');
    machine.clock.jump(3_600_000);
    const after = service.insight.explain('lu0');
    expect(after.at - before.at).to.equal(3_600_000);
    const [was, is] = [before, after].map(({ units }) => units[0]?.paths[0]?.since ?? NaN);
    expect((is ?? NaN) - (was ?? NaN)).to.equal(3_600_000);
    expect(service.insight.plan().at).to.equal(after.at);
  });

  it('tells by it what is tried now, and what is amiss', async () => {
    machine.clock.jump(-3_600_000);
    const now = machine.clock.now();
    const result = service.insight.applyPlan();
    await machine.quiet();
    expect([(await result).at, (await service.insight.doctor()).at]).to.deep.equal([now, now]);
  });

  it('dates a probe from the first time that it was asked for', async () => {
    service.watcherConnected(true);
    const asked = machine.clock.now();
    const ask = (): void => service.prober.request({ wwid: unitA, key: first.key, reason: 'suspect' });
    ask();
    await machine.clock.advance(3_000);
    ask();
    expect(explained().seen[0]).to.deep.equal({
      kind: 'probe',
      at: asked,
      text: 'a probe was asked for and has not ended yet',
    });
  });
});
