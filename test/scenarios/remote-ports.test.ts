/** Fibre Channel ports that go and come, as the whole controller deals with them: maps, probes, time-outs, settings. */
import { expect } from 'chai';
import { Machine, pathFacts, selector, unitA, unitB } from '../support/machine.js';

const name = (port: number): string => `rport-${String(port)}:0-0`;
const fc = (id: typeof unitA, port: number, lun = 0) =>
  pathFacts(id, port, lun, { remotePort: name(port), transport: 'fc' });
const off = { fastIoFailSec: null };
const lost = { state: 'lost', portState: 'Blocked' } as const;
const online = { state: 'online', portState: 'Online' } as const;

/** Two units of two paths each, behind the same two ports. */
async function started(config = '', before: Machine | null = null): Promise<Machine> {
  const machine = new Machine(config, before);
  for (const port of [0, 1]) await machine.remotePort(name(port), off);
  await machine.add(fc(unitA, 0), fc(unitA, 1), fc(unitB, 0, 1), fc(unitB, 1, 1));
  await machine.start();
  machine.records.length = 0;
  return machine;
}

describe('A pulled cable', () => {
  it('takes all paths behind the port out of the maps at once, without a table load', async () => {
    const machine = await started();
    const loads = machine.loads();
    await machine.remotePort(name(0), lost);
    for (const unit of [unitA, unitB]) {
      expect(machine.states(unit)).to.equal('X>');
      expect(machine.carrying(unit)).to.deep.equal([fc(unit, 1, unit === unitA ? 0 : 1).devT]);
    }
    expect(machine.loads()).to.equal(loads);
    expect(machine.ids().filter((id) => id === 1029)).to.have.length(1);
  });

  it('is asked about as soon as the port is back, and the paths are used again after a good probe', async () => {
    const machine = await started();
    await machine.remotePort(name(0), lost);
    machine.prober.asked.length = 0;
    await machine.remotePort(name(0), online);
    expect(machine.prober.asked.map(({ wwid, reason }) => [wwid, reason])).to.deep.equal([
      [unitA, 'transport'],
      [unitB, 'transport'],
    ]);
    expect(machine.states()).to.equal('X>');
    await machine.probed(fc(unitA, 0), 'retry');
    machine.prober.asked.length = 0;
    await machine.clock.advance(100);
    await machine.quiet();
    expect(machine.prober.asked).to.have.length(1);
    await machine.probed(fc(unitA, 0), 'up');
    expect(machine.states()).to.equal('>>');
    expect(machine.carrying()).to.have.length(2);
  });
});

describe('The time-outs of remote ports', () => {
  it('are fast while there is another way, patient without one, and long enough for I/O that waits', async () => {
    const machine = await started();
    expect(machine.timeouts).to.deep.equal([
      { name: name(0), fastIoFailSec: 0, devLossSec: 90 },
      { name: name(1), fastIoFailSec: 0, devLossSec: 90 },
    ]);
    machine.timeouts.length = 0;
    await machine.remotePort(name(0), lost);
    expect(machine.timeouts).to.deep.equal([{ name: name(1), fastIoFailSec: 5 }]);
    machine.timeouts.length = 0;
    await machine.remotePort(name(0), online);
    for (const facts of [fc(unitA, 0), fc(unitB, 0, 1)]) await machine.probed(facts, 'up');
    expect(machine.timeouts).to.deep.equal([{ name: name(1), fastIoFailSec: 0 }]);
  });

  it('are known as ours by the next start, and left alone where an operator has set them since', async () => {
    const machine = await started();
    machine.controller.stop(true);
    await machine.controller.saved();
    const next = new Machine('', machine);
    await next.remotePort(name(0), { fastIoFailSec: 0, devLossSec: 90 });
    await next.remotePort(name(1), { fastIoFailSec: 30, devLossSec: 90 });
    await next.add(fc(unitA, 0), fc(unitA, 1));
    await next.start();
    expect(next.timeouts).to.deep.equal([]);
    expect(next.records.filter(({ id }) => id === 1035).map(({ detail }) => detail)).to.deep.equal([
      'remote port rport-1:0-0 (t1 by host1): fast_io_fail_tmo 30',
    ]);
  });

  it('are patient where a disk behind the port is no path, and as configured', async () => {
    const machine = await started();
    machine.timeouts.length = 0;
    const alone = pathFacts('36001405cccccccccccccccccccccccccc' as typeof unitA, 1, 2, { remotePort: name(1) });
    await machine.add(alone);
    expect(machine.timeouts).to.deep.equal([{ name: name(1), fastIoFailSec: 5 }]);
    await machine.remove(alone);
    expect(machine.timeouts.at(-1)).to.deep.equal({ name: name(1), fastIoFailSec: 0 });
    const fixed = await started('fibreChannel: { fastIoFail: 3, devLoss: keep }');
    expect(fixed.timeouts).to.deep.equal([0, 1].map((port) => ({ name: name(port), fastIoFailSec: 3 })));
  });
});

describe('A port that comes and goes', () => {
  it('is held back and put back after its time, or by an operator at once', async () => {
    const machine = await started('fibreChannel: { flapping: { losses: 2, within: 60, hold: 30 } }');
    for (let loss = 0; loss < 2; loss += 1) {
      await machine.remotePort(name(0), lost);
      await machine.remotePort(name(0), online);
    }
    for (const facts of [fc(unitA, 0), fc(unitB, 0, 1)]) await machine.probed(facts, 'up');
    expect([machine.states(unitA), machine.states(unitB)]).to.deep.equal(['X>', 'X>']);
    const asked = machine.controller.request({ kind: 'failback', path: selector('0:0:0:0') });
    await machine.quiet();
    await machine.probed(fc(unitA, 0), 'up');
    await asked;
    expect([machine.states(unitA), machine.states(unitB)]).to.deep.equal(['>>', 'X>']);
    machine.prober.asked.length = 0;
    await machine.clock.advance(30_000);
    await machine.quiet();
    expect(machine.prober.asked.map(({ wwid }) => wwid)).to.deep.equal([unitB]);
    await machine.probed(fc(unitB, 0, 1), 'up');
    expect(machine.states(unitB)).to.equal('>>');
  });
});

describe('A port that degrades', () => {
  it('has its paths in a group of their own behind the others, with the map to match, until the all-clear', async () => {
    const machine = await started();
    const notice = { host: 'host0', targetPort: null, what: 'FPIN link integrity' };
    machine.devices.tell({ kind: 'fabric-notice', notice: { kind: 'degraded', ...notice } });
    await machine.quiet();
    expect(machine.states()).to.equal('A>');
    expect(machine.map().groups.map(({ paths }) => paths.map(({ devT }) => devT))).to.deep.equal([
      [fc(unitA, 1).devT],
      [fc(unitA, 0).devT],
    ]);
    machine.devices.tell({ kind: 'fabric-notice', notice: { kind: 'clear', ...notice } });
    await machine.quiet();
    expect([machine.states(), machine.map().groups.length]).to.deep.equal(['>>', 1]);
  });
});

describe('A LUN that is mapped to another volume', () => {
  it('has its path failed in the map before the new table, and an error tells so', async () => {
    const machine = await started();
    machine.kernel.log.length = 0;
    const { devT, node } = fc(unitA, 0);
    machine.devices.facts.delete(devT);
    machine.devices.tell({ kind: 'gone', devT, node, reason: 'identity-changed', from: unitA, to: unitB });
    await machine.quiet();
    const [first] = machine.kernel.log;
    expect(first).to.deep.include({ message: { kind: 'fail-path', devT } });
    expect(machine.records[0]?.id).to.equal(1036);
    expect(machine.map().groups.flatMap(({ paths }) => paths.map((path) => path.devT))).to.deep.equal([
      fc(unitA, 1).devT,
    ]);
  });
});
