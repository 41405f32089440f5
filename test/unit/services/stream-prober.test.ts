import { expect } from 'chai';
import { EventRing } from '../../../src/services/api/event-ring.js';
import { StreamProber } from '../../../src/services/daemon/stream-prober.js';
import { FakeClock } from '../../support/fake-clock.js';
import { facts, map, Play } from '../../support/model-play.js';

describe('A probe that is asked for', () => {
  const play = Play.withPaths([facts(1)], map(['1']));
  const { wwid, key } = facts(1);

  it('is kept for a watcher that comes back, but for one that comes again within seconds', () => {
    const ring = new EventRing('run1');
    const prober = new StreamProber(ring, new FakeClock(0), () => play.state);
    const heard: unknown[] = [];
    ring.subscribe(({ kind }) => heard.push(kind));
    prober.request({ wwid, key, reason: 'no-path' });
    expect(ring.since('run1.0').events).to.deep.equal([]);
    prober.request({ wwid, key, reason: 'suspect' });
    expect(ring.since('run1.0').events.map(({ kind }) => kind)).to.deep.equal(['probe']);
    expect(heard).to.deep.equal(['probe', 'probe']);
  });
});
