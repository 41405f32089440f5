import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { GracePeriods } from '../../../src/sysfs/grace-periods.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('Grace periods', () => {
  let folder: string;
  let attribute: string;
  let clock: FakeClock;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'grace-'));
    mkdirSync(join(folder, 'kernel'));
    attribute = join(folder, 'kernel/rcu_expedited');
    writeFileSync(attribute, '0\n');
    clock = new FakeClock();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const make = (): GracePeriods => new GracePeriods({ clock, runDir: folder, sysRoot: folder });
  const now = (): string => readFileSync(attribute, 'utf8').trim();

  it('are expedited for three seconds from the last loss on', async () => {
    const periods = make();
    periods.expedite();
    expect(now()).to.equal('1');
    await clock.advance(2_000);
    periods.expedite();
    await clock.advance(2_000);
    expect(now()).to.equal('1');
    await clock.advance(1_000);
    expect([now(), clock.pending]).to.deep.equal(['0', []]);
  });

  it('are as before when the daemon ends, or when it starts again after it was killed', () => {
    const ended = make();
    ended.expedite();
    ended.close();
    expect([now(), clock.pending]).to.deep.equal(['0', []]);
    make().expedite();
    expect(now()).to.equal('1');
    make();
    expect(now()).to.equal('0');
  });

  it('are left alone where an operator has them expedited', async () => {
    writeFileSync(attribute, '1\n');
    const periods = make();
    periods.expedite();
    await clock.advance(3_000);
    periods.close();
    expect(now()).to.equal('1');
  });

  it('are left alone on a kernel without the switch', () => {
    rmSync(attribute);
    const periods = make();
    periods.expedite();
    periods.close();
    expect(existsSync(attribute)).to.equal(false);
  });
});
