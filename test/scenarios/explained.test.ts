import { expect } from 'chai';
import type { PathExplanation } from '../../src/model/explain/types.js';
import { Machine, pathFacts, refusalOf, selector, unitA } from '../support/machine.js';

/** Held by their map, as disks that are in use by it are. */
const ports = [0, 1].map((port) => pathFacts(unitA, port, 0, { holders: ['dm-0'] }));
const [first = pathFacts(unitA, 0), second = pathFacts(unitA, 1)] = ports;

async function started(config = ''): Promise<Machine> {
  const machine = new Machine(config);
  await machine.add(...ports);
  await machine.start();
  machine.patrol.begin(machine.clock.now(), 60_000);
  return machine;
}

function path(machine: Machine, name: string): PathExplanation {
  const [explained] = machine.insight.explain(name).units[0]?.paths ?? [];
  if (explained === undefined) throw new Error(`no path ${name}`);
  return explained;
}

describe('An operator who asks why', () => {
  it('is told of a path that the kernel failed, and when it is probed', async () => {
    const machine = await started();
    machine.kernel.setDisk(first.devT, 'breaks');
    await machine.clock.advance(10_000);
    await machine.read();
    await machine.clock.advance(5_000);
    const { rule, seen, next } = path(machine, '0:0:0:0');
    expect(rule.code).to.equal('failed-by-kernel');
    expect(seen.find(({ kind }) => kind === 'failure')?.at).to.equal(machine.clock.now() - 5_000);
    expect(next.map(({ code, at }) => [code, at])).to.deep.equal([['recovery-check', machine.clock.now() + 45_000]]);
  });

  it('is told when it came back, and who disabled it since', async () => {
    const machine = await started();
    await machine.probed(first, 'down');
    await machine.probed(first, 'up');
    const back = machine.clock.now();
    await machine.clock.advance(1_000);
    await machine.request({ kind: 'disable', path: selector('sda'), force: false });
    const { rule, seen } = path(machine, 'sda');
    expect(rule.code).to.equal('disabled');
    const lines = seen.filter(({ kind }) => kind === 'event' || kind === 'enablement');
    expect(lines).to.deep.include({ kind: 'event', at: back, text: 'Automatic failback done' });
    expect(lines).to.deep.include({ kind: 'enablement', at: back + 1_000, text: 'disabled by an operator' });
  });

  it('is told that a change waits for I/O that hangs, and when it is tried again', async () => {
    const machine = await started();
    machine.stuck = second.devT;
    const refusal = machine.request({ kind: 'set-balance', path: selector('sda'), mode: 'round-robin' });
    expect(await refusalOf(refusal)).to.equal('APPLY_PENDING');
    const [unit] = machine.insight.explain('0').units;
    expect(unit?.next.map(({ code, at }) => [code, at])).to.deep.equal([
      ['change-put-off', machine.clock.now() + 500],
      ['pending', null],
    ]);
    machine.stuck = null;
    await machine.clock.advance(500);
    await machine.quiet();
    expect(machine.insight.explain('0').units[0]?.next).to.deep.equal([]);
  });

  it('is told when I/O that waits for a path fails', async () => {
    const machine = await started('noPath: 30');
    for (const { devT } of ports) machine.kernel.setDisk(devT, 'breaks');
    await machine.read();
    await machine.clock.advance(10_000);
    expect(machine.insight.explain('lu0').units[0]?.next[0]).to.deep.equal({
      code: 'no-path-end',
      at: machine.clock.now() + 20_000,
      text: 'the no-path time ends: I/O that waits fails',
    });
  });

  it('is told why a disk is no path', async () => {
    const machine = await started('claim: { exclude: [{ devnode: sdc }] }');
    const mounted = pathFacts(unitA, 3, 0, { obstacle: { reason: 'mounted', by: '/mnt' } });
    await machine.add(pathFacts(unitA, 2), mounted);
    const why = (name: string): string | undefined => machine.insight.explain(name).disks[0]?.text;
    expect(why('sdc')).to.equal('the controller leaves it alone: a rule of the configuration excludes it');
    expect(why('sdd')).to.equal('the controller leaves it alone: "sdd" is mounted: "/mnt"');
  });
});
