import { expect } from 'chai';
import { Poller } from '../../../../src/ffi/poller.js';
import type { PathView } from '../../../../src/model/view.js';
import type { ProbeAnswer } from '../../../../src/services/watcher/ports.js';
import { SgAccess } from '../../../../src/services/watcher/sg-access.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('A path without its sg node', () => {
  const missing = 'sg987654321';
  let poller: Poller;
  beforeEach(() => (poller = new Poller()));
  afterEach(() => poller.close());

  function probe(sg: string | null, state: PathView['state']): Promise<ProbeAnswer | null> {
    return new SgAccess(poller, new FakeClock()).probe({ sg, state } as PathView, null, 1000);
  }

  it('cannot be asked while it is in service: the node comes after the disk', async () => {
    expect([await probe(null, 'in-use'), await probe(missing, 'active')]).to.deep.equal([null, null]);
  });

  it('stays failed where it is', async () => {
    for (const sg of [null, missing]) expect((await probe(sg, 'failed'))?.outcome).to.equal('device-gone');
  });
});
