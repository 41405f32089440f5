import { expect } from 'chai';
import { commandNames } from '../../../src/cli/command-names.js';
import { nearest } from '../../../src/cli/suggestion.js';

describe('nearest()', () => {
  for (const [word, meant] of [
    ['getlnu', 'getlun'],
    ['getluns', 'getlun'],
    ['setwacher', 'setwatcher'],
    ['notavial', 'notavail'],
    ['swp', 'swap'],
    ['lbmod', 'lbmode'],
  ] as const) {
    it(`takes "${word}" for "${meant}"`, () => expect(nearest(word, commandNames)).to.equal(meant));
  }

  for (const word of ['multipath', 'ls', 'status', '']) {
    it(`guesses nothing for "${word}"`, () => expect(nearest(word, commandNames)).to.equal(null));
  }
});
