/** What is explained of reservation keys. */
import { expect } from 'chai';
import { explain } from '../../../../src/model/explain/explain.js';
import type { PathExplanation, UnitExplanation } from '../../../../src/model/explain/types.js';
import { circumstances } from '../../../support/circumstances.js';
import { joins, loses, own, registers } from '../../../support/key-play.js';
import { facts, map, Play } from '../../../support/model-play.js';

const plain = { selectors: ['round-robin' as const, 'queue-length' as const] };
const two = (): Play => {
  const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
  registers(play, [1, 2]);
  return play;
};
const unit = (play: Play): UnitExplanation => {
  const [told] = explain(play.state, '#0', circumstances(play.at)).units;
  if (told === undefined) throw new Error('nothing is explained');
  return told;
};
const path = (play: Play, port: number): PathExplanation => {
  const told = unit(play).paths.find(({ number }) => number.startsWith(String(port)));
  if (told === undefined) throw new Error('the path is not explained');
  return told;
};
const codes = (told: PathExplanation): readonly string[] => told.next.map(({ code }) => code);

describe('The explanation of a reservation key', () => {
  it('is nothing where there is none', () => {
    const told = unit(Play.withPaths([facts(1)], map(['1'])));
    expect(told.reservation).to.equal(null);
    expect(told.paths[0]?.seen.some(({ kind }) => kind === 'registration')).to.equal(false);
  });

  it('says on how many paths it is registered', () => {
    const play = two();
    play.present(facts(3));
    expect(unit(play).reservation).to.deep.equal({
      key: own,
      lostSince: null,
      text: `key ${own} of this node is registered on 2 of 3 paths; no other path carries I/O`,
    });
    expect(path(play, 1).seen).to.deep.include({
      kind: 'registration',
      at: null,
      text: `it is registered with reservation key ${own}`,
    });
  });

  it('says why a path waits, what that means and what may be done', () => {
    const play = two();
    play.present(facts(3));
    joins(play, 3, 'other-key', 'key 0xb2 is registered');
    const told = path(play, 3);
    expect(told.rule).to.deep.equal({
      code: 'failed-not-registered',
      text: 'the unit has a reservation key, which is not registered on the path (not registered: key 0xb2 is registered), and the array would refuse its I/O',
    });
    expect(codes(told)).to.deep.equal(['recovery-check', 'join']);
    expect(told.next.at(-1)?.text).to.include('"spscmd reserve register #0 --key KEY --ignore-existing"');
    expect(told.seen.map(({ text }) => text)).to.include.members([
      'kept out for its registration: not registered: key 0xb2 is registered',
      `it is not registered, as far as is known, with reservation key ${own}`,
    ]);
  });

  it('says of a failed path that it is verified before its return', () => {
    const play = two();
    play.kernel(map(['1', '2F1']));
    expect(path(play, 2).rule.code).to.equal('failed-by-kernel');
    expect(codes(path(play, 2))).to.deep.equal(['recovery-check', 'join']);
  });

  it('says that it was taken away, and that nothing comes back by itself', () => {
    const play = two();
    play.kernel(map(['1', '2F1']));
    loses(play);
    const told = unit(play);
    expect(told.reservation).to.deep.equal({
      key: own,
      lostSince: play.at,
      text: `key ${own} of this node was taken away (the array has it no more): all I/O fails and no path comes back until an operator registers a key again or gives this one up`,
    });
    expect(told.noPath.text).to.equal('I/O fails, as the reservation key of this node was taken away');
    for (const each of told.paths) {
      expect([each.rule.code, codes(each)]).to.deep.equal(['failed-locked-out', ['register-again']]);
    }
  });
});

describe('The explanation of a key that was given up', () => {
  it('says that a path which waited for it is to be proved', () => {
    const play = two();
    play.present(facts(3));
    play.feed({ kind: 'key-given-up', wwid: play.unit().wwid, how: 'cleared' });
    expect(path(play, 3).rule).to.deep.equal({
      code: 'failed-not-proved',
      text: 'it was kept out for its registration (not registered yet), the key was given up since, and no probe has proved it yet',
    });
    expect(codes(path(play, 3))).to.deep.equal(['recovery-check']);
  });
});

describe('The explanation of cluster mode', () => {
  it('says whether balanced units are allowed', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1 2']));
    play.request({ kind: 'set-cluster', on: true, balancing: true });
    expect(unit(play).cluster.text).to.equal(
      'on: a unit without a path fails its I/O at once, and balanced units are allowed, with reservations under which every registered path may do I/O',
    );
    expect(unit(play).balance.text).to.match(/^balanced by service time, by default/);
  });
});
