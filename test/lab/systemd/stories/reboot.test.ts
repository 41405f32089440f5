// The machine starts with everything installed, its disks under other names and behind other hosts.
import { expect } from 'chai';
import { properties, units } from '../inside/machine.js';

describe('systemd: the machine starts', () => {
  it('the controller is ready, with every map, before file systems are looked for', async () => {
    const ready = entered('pathmanager.service');
    expect(ready).to.be.greaterThan(entered('systemd-udevd.service')).and.lessThan(entered('local-fs-pre.target'));
    expect((await units()).map((unit) => unit.paths.length)).to.deep.equal([2, 2, 2, 2]);
    expect(properties('pathmanager.service', 'NRestarts').NRestarts).to.equal('0');
    process.stdout.write(`    pathmanager.service is ready ${(ready / 1e6).toFixed(1)} s after the kernel\n`);
  });
});

/** When a unit became active, in microseconds after the kernel. */
function entered(unit: string): number {
  const { ActiveEnterTimestampMonotonic: time } = properties(unit, 'ActiveEnterTimestampMonotonic');
  expect(Number(time)).to.be.greaterThan(0);
  return Number(time);
}
