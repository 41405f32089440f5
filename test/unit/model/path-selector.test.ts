/** How an operator names paths. */
import { expect } from 'chai';
import { hasCode } from '../../../src/base/errors.js';
import { isExact, parsePathSelector, selects } from '../../../src/model/path-selector.js';
import { facts } from '../../support/model-play.js';

/** Its number is 4:0:0:1, its node sdeb, its device number 8:320. */
const path = facts(4, {}, 1);

describe('A path selector', () => {
  for (const [text, names, exact] of [
    ['4:0:0:1', true, true],
    ['4:0:0:2', false, true],
    ['4:::', true, false],
    [':0:0:', true, false],
    ['::1:', false, false],
    ['5:::', false, false],
    ['sdeb', true, true],
    ['/dev/sdeb', true, true],
    ['sde', false, true],
    ['8:320', true, true],
    ['8:32', false, true],
  ] as const) {
    it(`"${text}" ${names ? 'names' : 'does not name'} 4:0:0:1`, () => {
      const selector = parsePathSelector(text);
      expect([selects(selector, path), isExact(selector), selector.text]).to.deep.equal([names, exact, text]);
    });
  }

  for (const text of [
    '',
    ':::',
    '4:0:0',
    '4:0:0:1:2',
    '4:0:0:x',
    '-1:0:0:0',
    'nvme0n1',
    '/dev/../sdc',
    'sdc1',
    '8:',
    'sdc\n',
  ]) {
    it(`${JSON.stringify(text)} is none`, () => {
      try {
        parsePathSelector(text);
        expect.fail('it was accepted');
      } catch (error) {
        expect(hasCode(error, 'BAD_PATH_NUMBER')).to.equal(true);
      }
    });
  }
});
