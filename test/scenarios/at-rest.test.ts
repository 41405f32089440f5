/** What a lost port sets going first, and what a controller that stops leaves behind. */
import { expect } from 'chai';
import type { EventRecord } from '../../src/model/catalogue.js';
import { Machine, pathFacts, unitA, unitB } from '../support/machine.js';

const name = (port: number): string => `rport-${String(port)}:0-0`;
const fc = (id: typeof unitA, port: number, lun = 0) =>
  pathFacts(id, port, lun, { remotePort: name(port), transport: 'fc' });

async function started(): Promise<Machine> {
  const machine = new Machine('');
  for (const port of [0, 1]) await machine.remotePort(name(port), { fastIoFailSec: null });
  await machine.add(fc(unitA, 0), fc(unitA, 1), fc(unitB, 0, 1), fc(unitB, 1, 1));
  await machine.start();
  return machine;
}

describe('A lost port', () => {
  it('is told of when the kernel has been told to keep I/O from all of its paths', async () => {
    const machine = await started();
    machine.kernel.log.length = 0;
    let messages: number | null = null;
    machine.records.push = function (...records: EventRecord[]) {
      messages ??= machine.kernel.log.length;
      return Array.prototype.push.apply(this, records);
    };
    await machine.remotePort(name(0), { state: 'lost', portState: 'Blocked' });
    expect(messages).to.equal(2);
    expect(machine.records.map(({ id }) => id)).to.include(1029);
  });
});

describe('A controller that stops', () => {
  it('leaves its remote ports patient, and those that an operator has set as they are', async () => {
    const machine = await started();
    await machine.remotePort(name(1), { fastIoFailSec: 7 });
    machine.timeouts.length = 0;
    machine.controller.stop(true);
    expect(machine.timeouts).to.deep.equal([{ name: name(0), fastIoFailSec: 5 }]);
  });
});
