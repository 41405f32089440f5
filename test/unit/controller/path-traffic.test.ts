import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { devT } from '../../../src/base/ids.js';
import { SysfsTraffic } from '../../../src/controller/path-traffic.js';
import { Sysfs } from '../../../src/sysfs/sysfs.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('SysfsTraffic', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'traffic-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const [one, two] = [devT('8:0'), devT('8:16')];
  const count = (device: string, completed: number, inFlight: number): void => {
    mkdirSync(join(root, 'dev/block', device), { recursive: true });
    writeFileSync(
      join(root, 'dev/block', device, 'stat'),
      `${String(completed)} 0 8 0 0 0 0 0 ${String(inFlight)} 5 5\n`,
    );
  };

  it('answers at once where no I/O is in flight, and where a device is gone', async () => {
    count(one, 10, 0);
    expect(await new SysfsTraffic(new FakeClock(), new Sysfs(root)).stuck([one, two])).to.equal(null);
  });

  it('names the device whose I/O does not move', async () => {
    const clock = new FakeClock();
    count(one, 10, 0);
    count(two, 10, 1);
    const answer = new SysfsTraffic(clock, new Sysfs(root)).stuck([one, two]);
    await clock.advance(1000);
    expect(await answer).to.equal(two);
  });

  it('does not take a busy device for a stuck one', async () => {
    const clock = new FakeClock();
    count(one, 10, 3);
    const answer = new SysfsTraffic(clock, new Sysfs(root)).stuck([one]);
    await clock.advance(900);
    count(one, 11, 3);
    await clock.advance(100);
    expect(await answer).to.equal(null);
  });
});
