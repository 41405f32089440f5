import { expect } from 'chai';
import bunyan from 'bunyan';
import { SteadyClock } from '../../../src/base/clock.js';
import type { RecordView } from '../../../src/model/view.js';
import { ControllerService } from '../../../src/services/daemon/controller-service.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Machine, pathFacts, unitA } from '../../support/machine.js';

const YEARS = 10 * 365 * 86_400_000;
const ports = [0, 1].map((port) => pathFacts(unitA, port));

describe('What the controller tells when the wall clock is set', () => {
  async function told(): Promise<{ machine: Machine; service: ControllerService; clock: FakeClock }> {
    const machine = new Machine();
    await machine.add(...ports);
    await machine.start();
    const clock = new FakeClock(machine.clock.monotonic());
    const service = new ControllerService(new SteadyClock(clock), bunyan.createLogger({ name: 'test', streams: [] }));
    service.attach(machine.controller, { claims: null as never, kernel: machine.kernel, limits: () => null });
    return { machine, service, clock };
  }

  it('is the age of everything as before, by the clock as it is set', async () => {
    const { machine, service, clock } = await told();
    const [path] = ports;
    if (path !== undefined) await machine.probed(path, 'down');
    const before = service.units();
    expect(service.units()).to.equal(before);
    clock.jump(-YEARS);
    const after = service.units();
    expect(service.units()).to.equal(after);
    const times = (view: typeof before) =>
      view.units.flatMap(({ paths }) => paths.flatMap((each) => [each.since, each.failure?.since, each.lastProbe?.at]));
    expect(times(after)).to.deep.equal(times(before).map((time) => time && time - YEARS));
    expect(service.health().startedAt).to.equal(clock.now());
  });

  it('is the time of an event by the wall clock', async () => {
    const { service, clock } = await told();
    const records: RecordView[] = [];
    service.ring.subscribe(({ kind, data }) => {
      if (kind === 'record') records.push(data as RecordView);
    });
    clock.jump(YEARS);
    service.note(1011, '');
    expect(records.map(({ at }) => at)).to.deep.equal([clock.now()]);
  });
});
