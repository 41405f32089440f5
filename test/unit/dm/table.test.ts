import { expect } from 'chai';
import fc from 'fast-check';
import { PathManagerError } from '../../../src/base/errors.js';
import { devT, sectors } from '../../../src/base/ids.js';
import type { MapTable } from '../../../src/base/map-facts.js';
import { parseTable, printTable, sameTable, tableFrom } from '../../../src/dm/table.js';
import type { MultipathTable } from '../../../src/dm/table.js';
import { dmFixture, dmFixtureNames } from '../../support/dm-fixture.js';

const wanted: MapTable = {
  sizeSectors: sectors(16384),
  queueIfNoPath: true,
  groups: [
    { selector: 'service-time', paths: [devT('8:0'), devT('8:32')] },
    { selector: 'service-time', paths: [devT('8:64')] },
    { selector: 'service-time', paths: [devT('8:96')] },
  ],
};

const device = fc.tuple(fc.nat(4095), fc.nat(1_048_575)).map(([major, minor]) => devT(`${major}:${minor}`));
const word = fc.stringMatching(/^[a-z0-9_]{1,8}$/);
const group = fc
  .record({ selector: word, selectorArgs: fc.array(word, { maxLength: 3 }), argCount: fc.nat(3) })
  .chain(({ argCount, ...rest }) =>
    fc.record({
      selector: fc.constant(rest.selector),
      selectorArgs: fc.constant(rest.selectorArgs),
      paths: fc.array(fc.record({ devT: device, args: fc.array(word, { minLength: argCount, maxLength: argCount }) }), {
        minLength: 1,
        maxLength: 5,
      }),
    }),
  );
const anyTable: fc.Arbitrary<MultipathTable> = fc.array(group, { maxLength: 5 }).chain((groups) =>
  fc.record({
    features: fc.record({
      queueIfNoPath: fc.boolean(),
      retainHandler: fc.boolean(),
      queueMode: fc.constantFrom('bio', 'rq', 'mq', null),
      pgInitRetries: fc.option(fc.nat(50)),
      pgInitDelayMs: fc.option(fc.nat(60_000)),
      others: fc.array(
        word.map((text) => `x${text}`),
        { maxLength: 2 },
      ),
    }),
    handler: fc.array(word, { maxLength: 3 }),
    firstGroup: groups.length === 0 ? fc.constant(0) : fc.integer({ min: 1, max: groups.length }),
    groups: fc.constant(groups),
  }),
);

function malformed(text: string): string {
  try {
    parseTable(text);
  } catch (error) {
    if (error instanceof PathManagerError && error.code === 'DM_MALFORMED') return error.message;
    throw error;
  }
  return expect.fail(`taken: ${text}`);
}

describe('multipath table', () => {
  it('is printed as the kernel takes it', () => {
    expect(printTable(tableFrom(wanted))).to.equal(
      '2 queue_if_no_path retain_attached_hw_handler 0 3 1 ' +
        'service-time 0 2 1 8:0 1 8:32 1 service-time 0 1 1 8:64 1 service-time 0 1 1 8:96 1',
    );
  });

  it('without groups begins with group 0', () => {
    expect(printTable(tableFrom({ ...wanted, queueIfNoPath: false, groups: [] }))).to.equal(
      '1 retain_attached_hw_handler 0 0 0',
    );
  });

  it('that the kernel prints is the one that was loaded', () => {
    const present = parseTable(dmFixture('three-groups-new').table);
    expect(present.groups[0]).to.deep.equal({
      selector: 'service-time',
      selectorArgs: [],
      paths: [
        { devT: '8:0', args: ['1', '1'] },
        { devT: '8:32', args: ['1', '1'] },
      ],
    });
    expect(sameTable(present, tableFrom(wanted))).to.equal(true);
  });

  it('is the same after the kernel has moved on to another group', () => {
    expect(sameTable(parseTable(dmFixture('second-group-active').table), tableFrom(wanted))).to.equal(true);
  });

  it('keeps every feature', () => {
    expect(parseTable(dmFixture('all-features').table).features).to.deep.equal({
      queueIfNoPath: true,
      retainHandler: true,
      queueMode: 'bio',
      pgInitRetries: 3,
      pgInitDelayMs: 5,
      others: [],
    });
  });

  it('keeps a handler with its arguments', () => {
    expect(parseTable(dmFixture('alua-handler').table).handler).to.deep.equal(['alua']);
    expect(parseTable('0 3 alua 1 x 0 0').handler).to.deep.equal(['alua', '1', 'x']);
  });

  for (const name of dmFixtureNames) {
    it(`prints what it has read, and reads that as the same: ${name}`, () => {
      const table = parseTable(dmFixture(name).table);
      expect(printTable(table)).to.equal(dmFixture(name).table);
      expect(sameTable(parseTable(printTable(table)), table)).to.equal(true);
    });
  }

  it('survives printing and reading, whatever is in it', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        expect(parseTable(printTable(table))).to.deep.equal(table);
      }),
    );
  });

  describe('is the same', () => {
    const same = (one: string, other: string): boolean => sameTable(parseTable(one), parseTable(other));

    for (const [name, one, other] of [
      ['where the kernel fills in a repeat count', '0 0 1 1 round-robin 0 1 0 8:0', '0 0 1 1 round-robin 0 1 1 8:0 1'],
      ['where it fills in a throughput', '0 0 1 1 service-time 0 1 1 8:0 1', '0 0 1 1 service-time 0 1 2 8:0 1 1'],
      [
        'where historical-service-time prints a repeat count of 0',
        '0 0 1 1 historical-service-time 0 1 1 8:0 1',
        '0 0 1 1 historical-service-time 0 1 1 8:0 0',
      ],
      [
        'where the kernel found a handler attached',
        '1 retain_attached_hw_handler 0 0 0',
        '1 retain_attached_hw_handler 1 alua 0 0',
      ],
      ['with the default queue mode by name', '2 queue_mode mq 0 0 0', '0 0 0 0'],
      [
        'where "bio" keeps the attached handler unasked',
        '2 queue_mode bio 0 0 0',
        '3 retain_attached_hw_handler queue_mode bio 0 0 0',
      ],
      ['with features in another order', '2 b a 0 0 0', '2 a b 0 0 0'],
    ] as const) {
      it(name, () => expect(same(one, other)).to.equal(true));
    }
  });

  describe('is another', () => {
    const base = '1 queue_if_no_path 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1';
    for (const [name, other] of [
      ['with another order of groups', '1 queue_if_no_path 0 2 1 service-time 0 1 1 8:16 1 service-time 0 1 1 8:0 1'],
      ['with the paths in one group', '1 queue_if_no_path 0 1 1 service-time 0 2 1 8:0 1 8:16 1'],
      ['with another selector', '1 queue_if_no_path 0 2 1 queue-length 0 1 1 8:0 1 service-time 0 1 1 8:16 1'],
      ['without queueing', '0 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1'],
      ['with a named handler', '1 queue_if_no_path 1 alua 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1'],
      ['with another throughput', '1 queue_if_no_path 0 2 1 service-time 0 1 2 8:0 1 2 service-time 0 1 1 8:16 1'],
      ['with a feature more', '2 queue_if_no_path x 0 2 1 service-time 0 1 1 8:0 1 service-time 0 1 1 8:16 1'],
    ] as const) {
      it(name, () => expect(sameTable(parseTable(base), parseTable(other))).to.equal(false));
    }

    it('with another argument of a selector that is not known', () => {
      const one = parseTable('0 0 1 1 io-affinity 0 1 1 8:0 1');
      expect(sameTable(one, parseTable('0 0 1 1 io-affinity 0 1 1 8:0 2'))).to.equal(false);
    });
  });

  describe('is refused by name', () => {
    it('wherever it is cut off', () => {
      for (const name of dmFixtureNames) {
        const words = dmFixture(name).table.split(' ');
        for (let length = 0; length < words.length; length++) malformed(words.slice(0, length).join(' '));
      }
    });

    it('where a count is larger than what follows', () => {
      expect(malformed('0 0 1 1 round-robin 0 99 1 8:0 1')).to.include('number of paths is 99');
      expect(malformed('0 0 4000000000 1 round-robin 0 1 1 8:0 1')).to.include('number of groups is 4000000000');
    });

    it('where there is more than it says', () => {
      expect(malformed('0 0 0 0 8:0')).to.include('1 words too many from "8:0" on');
    });

    it('where a number or a device is none', () => {
      expect(malformed('-1 0 0 0')).to.include('"-1" is not the number of feature words');
      expect(malformed('0 0 1 1 round-robin 0 1 1 sda 1')).to.include(`"sda" is not a path's device number`);
      expect(malformed('0 0 1 1 round-robin 0 1 1 8:99999999 1')).to.include('device number');
      expect(malformed('1 pg_init_retries 0 0 0')).to.include('ends where a count of retries must be');
    });

    it('with control characters escaped', () => {
      expect(malformed('\u001b[31m 0 0 0')).to.include('"\\x1b[31m"');
    });

    it('and nothing else is thrown, whatever the text', () => {
      const anyText = fc.oneof(
        fc.string(),
        fc.array(fc.oneof(word, fc.nat().map(String))).map((words) => words.join(' ')),
      );
      fc.assert(
        fc.property(anyText, (text) => {
          try {
            parseTable(text);
          } catch (error) {
            expect(error).to.be.instanceOf(PathManagerError).with.property('code', 'DM_MALFORMED');
          }
        }),
      );
    });
  });
});
