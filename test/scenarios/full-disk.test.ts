import { expect } from 'chai';
import type { Request } from '../../src/model/types.js';
import { Machine, pathFacts, refusalOf, selector, unitA } from '../support/machine.js';

const ports = [0, 1].map((port) => pathFacts(unitA, port));

async function started(): Promise<Machine> {
  const machine = new Machine();
  await machine.add(...ports);
  await machine.start();
  machine.records.length = 0;
  return machine;
}

async function refused(machine: Machine, request: Request): Promise<string> {
  const code = refusalOf(machine.controller.request(request));
  await machine.quiet();
  return code;
}

/** What machines tell of their state file: 1023 that it cannot be written, 1024 that it is again. */
const told = (machine: Machine): readonly number[] => machine.ids().filter((id) => id === 1023 || id === 1024);

describe('A disk that does not take the state', () => {
  it('is told once, with every change that is not kept, which is made all the same', async () => {
    const machine = await started();
    machine.store.failing = true;
    const kept = machine.store.saved;
    expect(await refused(machine, { kind: 'set-failback', mode: 'standby' })).to.equal('NOT_SAVED');
    expect(await refused(machine, { kind: 'disable', path: selector('0:0:0:0'), force: false })).to.equal('NOT_SAVED');
    await machine.clock.advance(60_000);
    expect(told(machine)).to.deep.equal([1023]);
    expect(machine.records.find(({ id }) => id === 1023)?.detail).to.equal('disk full');
    expect(machine.controller.state.settings.failback).to.equal('standby');
    expect(machine.states()).to.equal('@>');
    expect(machine.carrying()).to.deep.equal(['8:16']);
    expect(machine.store.saved).to.equal(kept);
  });

  it('loses nothing of it: when it takes it again all is saved, and that is told', async () => {
    const machine = await started();
    machine.store.failing = true;
    await refused(machine, { kind: 'set-failback', mode: 'standby' });
    machine.store.failing = false;
    await machine.clock.advance(10_000);
    expect(told(machine)).to.deep.equal([1023, 1024]);
    expect(machine.store.saved?.settings.failback).to.equal('standby');
    await machine.request({ kind: 'set-failback', mode: 'active' });
    expect(machine.store.saved?.settings.failback).to.equal('active');
    await machine.clock.advance(60_000);
    expect(told(machine)).to.deep.equal([1023, 1024]);
  });

  it('is asked again by the next change, not sooner than that helps', async () => {
    const machine = await started();
    machine.store.failing = true;
    await refused(machine, { kind: 'set-failback', mode: 'standby' });
    machine.store.failing = false;
    await machine.request({ kind: 'set-cluster', on: false });
    expect(told(machine)).to.deep.equal([1023]);
    await machine.request({ kind: 'set-watcher', watcher: { intervalSec: 90 } });
    expect(told(machine)).to.deep.equal([1023, 1024]);
    expect(machine.store.saved?.settings).to.deep.include({ failback: 'standby' });
  });

  it('is asked once more at the end', async () => {
    const machine = await started();
    machine.store.failing = true;
    await refused(machine, { kind: 'set-failback', mode: 'standby' });
    machine.store.failing = false;
    machine.controller.stop(true);
    await machine.controller.saved();
    expect(machine.store.saved?.settings.failback).to.equal('standby');
    expect(machine.clock.pending).to.deep.equal([]);
  });

  it('holds up nobody longer than five seconds where it hangs', async () => {
    const machine = await started();
    machine.store.hanging = true;
    const refusal = refusalOf(machine.controller.request({ kind: 'set-failback', mode: 'standby' }));
    await machine.clock.advance(5_000);
    expect(await refusal).to.equal('NOT_SAVED');
    expect(machine.controller.state.settings.failback).to.equal('standby');
  });
});
