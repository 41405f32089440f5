import { expect } from 'chai';
import fc from 'fast-check';
import { PathManagerError } from '../../../src/base/errors.js';
import { parseStatus } from '../../../src/dm/status.js';
import { dmFixture, dmFixtureNames } from '../../support/dm-fixture.js';

describe('multipath status', () => {
  it('of a map with a failed path', () => {
    expect(parseStatus(dmFixture('path-failed').status)).to.deep.equal({
      queueIo: false,
      pgInitCount: 0,
      nextGroup: 1,
      groups: [
        {
          state: 'active',
          selectorWords: [],
          paths: [
            { devT: '8:0', failed: true, failCount: 1, words: ['0', '1'] },
            { devT: '8:32', failed: false, failCount: 0, words: ['0', '1'] },
          ],
        },
        {
          state: 'enabled',
          selectorWords: [],
          paths: [{ devT: '8:64', failed: false, failCount: 0, words: ['0', '1'] }],
        },
        {
          state: 'enabled',
          selectorWords: [],
          paths: [{ devT: '8:96', failed: false, failCount: 0, words: ['0', '1'] }],
        },
      ],
    });
  });

  it('tells the group in use by number where a bypassed one is', () => {
    const { nextGroup, groups } = parseStatus(dmFixture('bypassed-in-use').status);
    expect(nextGroup).to.equal(1);
    expect(groups.map((group) => group.state)).to.deep.equal(['bypassed', 'enabled', 'bypassed']);
  });

  it('tells I/O that waits and activations under way', () => {
    expect(parseStatus('2 1 3 0 0 0')).to.include({ queueIo: true, pgInitCount: 3 });
  });

  it('without groups', () => {
    expect(parseStatus(dmFixture('no-groups').status)).to.deep.include({ nextGroup: 0, groups: [] });
  });

  it('takes the words of a selector that has some', () => {
    const [group] = parseStatus(dmFixture('historical-service-time').status).groups;
    expect(group?.selectorWords).to.deep.equal(['2560', '2']);
    expect(group?.paths[0]?.words).to.deep.equal(['51200', '7', '1234567890']);
  });

  function malformed(text: string): string {
    try {
      parseStatus(text);
    } catch (error) {
      if (error instanceof PathManagerError && error.code === 'DM_MALFORMED') return error.message;
      throw error;
    }
    return expect.fail(`taken: ${text}`);
  }

  it('is refused wherever it is cut off', () => {
    for (const name of dmFixtureNames) {
      const words = dmFixture(name).status.split(' ');
      for (let length = 0; length < words.length; length++) malformed(words.slice(0, length).join(' '));
    }
  });

  it('is refused for a state that does not exist', () => {
    expect(malformed('2 0 0 0 1 1 X 0 1 0 8:0 A 0')).to.include('"X" is not the state of a group');
    expect(malformed('2 0 0 0 1 1 A 0 1 0 8:0 U 0')).to.include('"U" is not the state of a path');
    expect(malformed('2 0 0 0 1 1 constructor 0 1 0 8:0 A 0')).to.include('the state of a group');
  });

  it('is refused for more than it says', () => {
    expect(malformed('2 0 0 0 0 0 A')).to.include('too many');
  });

  it('is refused with DM_MALFORMED and nothing else, whatever the text', () => {
    const letter = fc.constantFrom('A', 'E', 'D', 'F', '8:0', '0', '1', '2', '99');
    const anyText = fc.oneof(
      fc.string(),
      fc.array(letter, { maxLength: 30 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        try {
          parseStatus(text);
        } catch (error) {
          expect(error).to.be.instanceOf(PathManagerError).with.property('code', 'DM_MALFORMED');
        }
      }),
    );
  });
});
