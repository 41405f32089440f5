import { expect } from 'chai';
import { EventRing } from '../../../src/services/api/event-ring.js';

describe('EventRing', () => {
  const filled = (count: number, capacity = 4): EventRing => {
    const ring = new EventRing('e1', capacity);
    for (let n = 1; n <= count; n += 1) ring.push('record', n);
    return ring;
  };
  const data = (ring: EventRing, id: string): unknown => ring.since(id).events.map((event) => event.data);

  it('gives a reader what it missed, in order', () => {
    expect(data(filled(4), 'e1.2')).to.deep.equal([3, 4]);
    expect(filled(4).since('e1.2').missed).to.equal(0);
  });

  it('gives nothing to a reader that has seen all', () => {
    expect(filled(3).since('e1.3')).to.deep.equal({ events: [], missed: 0 });
  });

  it('says how many events are no longer kept', () => {
    const { events, missed } = filled(20).since('e1.1');
    expect(events.length + (missed ?? 0)).to.equal(19);
    expect(missed).to.be.greaterThan(0);
    expect(events.at(-1)?.data).to.equal(20);
  });

  it('stays bounded and keeps at least its capacity', () => {
    expect(filled(1000).since('e1.0').events.length).to.be.within(4, 8);
  });

  for (const id of ['other.2', 'e1.99', 'nonsense', 'e1.', 'e1.2.3']) {
    it(`cannot know what a reader missed that comes with "${id}", and gives all it has`, () => {
      expect(filled(2).since(id)).to.have.property('missed', null);
      expect(data(filled(2), id)).to.deep.equal([1, 2]);
    });
  }

  it('tells who listens what it does not keep', () => {
    const ring = filled(4);
    const seen: unknown[] = [];
    ring.subscribe((event) => seen.push([event.sequence, event.data]));
    for (let n = 0; n < 100; n += 1) ring.tell('probe', 'p');
    expect([seen.length, seen[0]]).to.deep.equal([100, [null, 'p']]);
    expect(data(ring, 'e1.0')).to.deep.equal([1, 2, 3, 4]);
    expect(ring.since('e1.4')).to.deep.equal({ events: [], missed: 0 });
  });

  it('tells subscribers until they leave', () => {
    const ring = filled(0);
    const seen: unknown[] = [];
    const subscription = ring.subscribe((event) => seen.push(event.data));
    ring.push('units', 'a');
    subscription.close();
    ring.push('units', 'b');
    expect(seen).to.deep.equal(['a']);
  });
});
