/** How an operator names a logical unit. */
import { expect } from 'chai';
import { asPathManagerError } from '../../../src/base/errors.js';
import { mapName } from '../../../src/base/ids.js';
import { namedUnit } from '../../../src/model/named-unit.js';
import { facts, lu, map, Play } from '../../support/model-play.js';

/** Units 0 and 1; the map of unit 1 has a name of its own and is dm-1, that of unit 0 is dm-0. */
function system(): Play {
  const play = Play.withPaths([facts(1), facts(2), facts(1, {}, 1)], map(['1', '2']));
  play.kernel(map(['1'], { name: mapName('mpathb') }, 1), 1);
  return play;
}

describe('A logical unit', () => {
  for (const [text, number] of [
    ['0', 0],
    ['#1', 1],
    ['lu0', 0],
    ['mpathb', 1],
    [lu(1), 1],
    ['/dev/mapper/mpathb', 1],
    ['dm-0', 0],
    ['/dev/dm-1', 1],
    ['253:1', 1],
    ['2:0:0:0', 0],
    ['2:::', 0],
    ['sdbb', 1],
    ['/dev/sdc', 0],
  ] as const) {
    it(`is named by "${text}"`, () => expect(namedUnit(system().state, text).number).to.equal(number));
  }

  for (const [text, code] of [
    ['1:::', 'AMBIGUOUS_PATH'],
    ['9', 'UNKNOWN_UNIT'],
    ['9:0:0:0', 'UNKNOWN_UNIT'],
    ['dm-7', 'UNKNOWN_UNIT'],
    ['nobody', 'UNKNOWN_UNIT'],
  ] as const) {
    it(`is not named by "${text}"`, () => {
      try {
        namedUnit(system().state, text);
      } catch (error) {
        expect(asPathManagerError(error).code).to.equal(code);
        expect(asPathManagerError(error).message).to.include(JSON.stringify(text));
        return;
      }
      expect.fail('it is');
    });
  }

  it('without a map has no device', () => {
    const play = Play.withPaths([facts(1)]);
    expect(() => namedUnit(play.state, 'dm-0')).to.throw('No logical unit');
  });
});
