import { expect } from 'chai';
import { StorageChanges } from '../../../src/controller/storage-changes.js';
import { FakeClock, settle } from '../../support/fake-clock.js';

describe('What is done because storage has changed', () => {
  let clock: FakeClock;
  let changes: StorageChanges;
  let scans: string[];
  let end: () => void;

  beforeEach(() => {
    clock = new FakeClock();
    scans = [];
    changes = new StorageChanges(clock, 2_000, (scope) => {
      scans.push(scope);
      return new Promise<void>((resolve) => (end = resolve));
    });
  });

  it('begins at once, each place once', async () => {
    for (const scope of ['host3', '3:0:0:1', 'host3']) changes.changed(scope);
    await settle();
    expect(scans).to.deep.equal(['host3', '3:0:0:1']);
  });

  it('waits for what runs and then for its rest, however often storage asks', async () => {
    changes.changed('host3');
    await settle();
    for (let count = 0; count < 100; count += 1) changes.changed('host4');
    await clock.advance(60_000);
    expect(scans).to.deep.equal(['host3']);
    end();
    await clock.advance(1_999);
    expect(scans).to.deep.equal(['host3']);
    await clock.advance(1);
    expect(scans).to.deep.equal(['host3', 'host4']);
  });

  it('begins at once again after a quiet time', async () => {
    changes.changed('host3');
    await settle();
    end();
    await clock.advance(2_000);
    changes.changed('host3');
    await settle();
    expect(scans).to.deep.equal(['host3', 'host3']);
  });

  it('does not begin after the end, also where something still runs', async () => {
    changes.changed('host3');
    await settle();
    changes.changed('host4');
    changes.close();
    end();
    await clock.advance(10_000);
    expect(scans).to.deep.equal(['host3']);
    expect(clock.pending).to.deep.equal([]);
  });

  it('does not begin where the end comes in the same moment', async () => {
    changes.changed('host3');
    changes.close();
    await settle();
    expect(scans).to.deep.equal([]);
  });
});
