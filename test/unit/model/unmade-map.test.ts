/** A map that the kernel refuses to make: when its disks count as given up. */
import { expect } from 'chai';
import type { ErrorCode } from '../../../src/base/errors.js';
import { facts, lu, map, Play } from '../../support/model-play.js';

const giveUpMs = 10_000;

function refuse(play: Play, code: ErrorCode = 'DM_NAME_TAKEN', message = 'the name is taken'): void {
  play.feed({ kind: 'apply-failed', wwid: lu(), code, message });
}

describe('A map that cannot be made', () => {
  it('is given up after a while, told once, and forgotten when the kernel has it', () => {
    const play = Play.withPaths([facts(1), facts(2)]);
    refuse(play);
    play.at += giveUpMs - 1;
    refuse(play);
    expect([play.ids, play.unit().unmade?.givenUp]).to.deep.equal([[], false]);
    play.at += 1;
    refuse(play, 'DM_IOCTL', 'the kernel returned EBUSY (16)');
    expect([play.ids, play.unit().unmade?.givenUp]).to.deep.equal([[1009, 1028], true]);
    refuse(play, 'DM_IOCTL', 'the kernel returned EBUSY (16)');
    expect([play.ids, play.unit().unmade?.givenUp]).to.deep.equal([[], true]);
    play.kernel(map(['1', '2']));
    play.feed({ kind: 'applied', wwid: lu() });
    expect(play.unit().unmade).to.equal(null);
  });

  for (const [what, arrange, code] of [
    ['no path works', () => Play.withPaths([facts(1, { state: 'offline' })]), 'DM_IOCTL'],
    ['there is one already', () => Play.withPaths([facts(1)], map(['1'])), 'DM_IOCTL'],
    ['it only waits for storage', () => Play.withPaths([facts(1)]), 'APPLY_PENDING'],
  ] as const)
    it(`is not given up where ${what}`, () => {
      const play = arrange();
      for (const wait of [0, giveUpMs]) {
        play.at += wait;
        refuse(play, code, 'why');
      }
      expect([play.unit().unmade, play.ids.includes(1028)]).to.deep.equal([null, false]);
    });
});
