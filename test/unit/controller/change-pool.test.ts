import { join } from 'node:path';
import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { mapName } from '../../../src/base/ids.js';
import { ChangePool } from '../../../src/controller/change-pool.js';
import type { MapChange } from '../../../src/controller/ports.js';
import { FakeClock } from '../../support/fake-clock.js';

const program = join(import.meta.dirname, '../../support/changer-double.js');
const change = (name: string): MapChange => ({ kind: 'resume', name: mapName(name) });

describe('ChangePool', () => {
  let clock: FakeClock;
  let pool: ChangePool;
  beforeEach(() => {
    clock = new FakeClock();
    pool = new ChangePool(program, clock);
  });
  afterEach(() => pool.close());

  const outcome = async (name: string): Promise<string> => {
    try {
      await pool.run(change(name));
      return 'done';
    } catch (error) {
      return error instanceof PathManagerError ? `${error.code} ${String(error.facts['errno'] ?? '')}` : String(error);
    }
  };

  it('carries out changes and gives the errors of the helper', async () => {
    expect(await outcome('good')).to.equal('done');
    expect(await outcome('refused')).to.equal('DM_IOCTL 12');
  });

  it('goes on with another helper when one dies in a change', async () => {
    const dead = outcome('dies');
    expect(await dead).to.equal('APPLY_FAILED ');
    const next = outcome('good');
    await clock.advance(0);
    expect(await next).to.equal('done');
  });

  it('starts another helper only when one is stuck, and then carries out what waits', async () => {
    expect(await outcome('good')).to.equal('done');
    void outcome('hangs');
    const waiting = outcome('good');
    expect(clock.pending).to.deep.equal(['start another helper']);
    await clock.advance(999);
    expect(clock.pending).to.deep.equal(['start another helper']);
    await clock.advance(1);
    expect(await waiting).to.equal('done');
  });

  it('does not take a helper for stuck that is still starting', async () => {
    // Nothing has been heard of the first helper yet: its process has only just been started.
    const first = outcome('good');
    const second = outcome('good');
    clock.skip(1_000);
    expect(pool.helpers).to.equal(1);
    expect(await Promise.all([first, second])).to.deep.equal(['done', 'done']);
  });

  it('lets go of helpers that have nothing to do, but for one', async () => {
    expect(await outcome('good')).to.equal('done');
    void outcome('hangs');
    const waiting = outcome('good');
    await clock.advance(1_000);
    await waiting;
    expect(pool.helpers).to.equal(2);
    await clock.advance(5_000);
    expect(pool.helpers).to.equal(1);
  });
});
