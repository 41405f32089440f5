import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { devT } from '../../../src/base/ids.js';
import type { MapFacts } from '../../../src/base/map-facts.js';
import type { DmInfo, DmText } from '../../../src/dm/devices.js';
import { mapFacts } from '../../../src/dm/facts.js';
import { dmFixture } from '../../support/dm-fixture.js';

const info: DmInfo = {
  name: 'lu0',
  uuid: 'mpath-3test',
  devT: devT('253:4'),
  openCount: 2,
  eventNr: 17,
  suspended: false,
  readOnly: true,
  active: true,
  inactive: false,
  deferredRemove: false,
};

function target(text: string, type = 'multipath'): DmText['targets'][number] {
  return { startSector: 0, lengthSectors: 16384, type, text };
}

function facts(table: string, status: string): MapFacts | null {
  return mapFacts({ info, targets: [target(table)] }, { info, targets: [target(status)] });
}

function ofFixture(name: string): MapFacts {
  const { table, status } = dmFixture(name);
  return facts(table, status) ?? expect.fail('table and status do not fit');
}

function refused(table: DmText, code: string): string {
  try {
    mapFacts(table, table);
  } catch (error) {
    expect(error).to.be.instanceOf(PathManagerError).with.property('code', code);
    return (error as PathManagerError).message;
  }
  return expect.fail('taken');
}

describe('facts of a map', () => {
  it('put state, table and status together', () => {
    const path = { failCount: 0, failed: false, inFlight: 0 };
    expect(ofFixture('second-group-active')).to.deep.equal({
      name: 'lu0',
      uuid: 'mpath-3test',
      devT: '253:4',
      sizeSectors: 16384,
      readOnly: true,
      suspended: false,
      hasTable: true,
      openCount: 2,
      eventNr: 17,
      queueIfNoPath: true,
      activeGroup: 2,
      groups: [
        {
          selector: 'service-time',
          state: 'bypassed',
          paths: [
            { devT: '8:0', ...path, failCount: 1 },
            { devT: '8:32', ...path },
          ],
        },
        { selector: 'service-time', state: 'active', paths: [{ devT: '8:64', ...path }] },
        { selector: 'service-time', state: 'bypassed', paths: [{ devT: '8:96', ...path }] },
      ],
    });
  });

  for (const [name, inFlight] of [
    ['queue-length-in-flight', [2, 1]],
    ['service-time-in-flight', [131072, 65536]],
    ['historical-service-time', [7, 0]],
    ['round-robin', [null, null, null, null]],
  ] as const) {
    it(`tell I/O in flight as the selector does: ${name}`, () => {
      expect(ofFixture(name).groups[0]?.paths.map((path) => path.inFlight)).to.deep.equal(inFlight);
    });
  }

  it('name a selector that is not ours "other"', () => {
    const read = facts('0 0 1 1 io-affinity 0 1 1 8:0 1', '2 0 0 0 1 1 A 0 1 1 8:0 A 0 5');
    expect(read?.groups[0]).to.deep.include({ selector: 'other' });
    expect(read?.groups[0]?.paths[0]?.inFlight).to.equal(null);
  });

  it('of a map without a table', () => {
    const empty = { info: { ...info, active: false }, targets: [] };
    expect(mapFacts(empty, empty)).to.deep.include({ hasTable: false, groups: [], activeGroup: 0, sizeSectors: 0 });
  });

  describe('are none where a reload came in between', () => {
    const table = '0 0 1 1 round-robin 0 2 1 8:0 1 8:16 1';
    it('with other paths', () => {
      expect(facts(table, '2 0 0 0 1 1 A 0 2 0 8:0 A 0 8:32 A 0')).to.equal(null);
    });
    it('with fewer paths', () => expect(facts(table, '2 0 0 0 1 1 A 0 1 0 8:0 A 0')).to.equal(null));
    it('with more groups', () => {
      expect(facts(table, '2 0 0 0 2 1 A 0 1 0 8:0 A 0 E 0 1 0 8:16 A 0')).to.equal(null);
    });
    it('with no table any more', () => {
      expect(mapFacts({ info, targets: [target(table)] }, { info, targets: [] })).to.equal(null);
    });
    it('with another device of the name', () => {
      const status = { info: { ...info, devT: devT('253:5') }, targets: [target('2 0 0 0 0 0')] };
      expect(mapFacts({ info, targets: [target('0 0 0 0')] }, status)).to.equal(null);
    });
  });

  it('are refused for a map that is not one multipath target', () => {
    expect(refused({ info, targets: [target('8:0 0', 'linear')] }, 'DM_MALFORMED')).to.include(
      '"lu0" is not one multipath',
    );
    expect(refused({ info, targets: [target('0 0 0 0'), target('0 0 0 0')] }, 'DM_MALFORMED')).to.include(
      'multipath, multipath',
    );
  });

  it('are refused for a name that can be none of ours', () => {
    refused({ info: { ...info, name: 'my disk' }, targets: [] }, 'BAD_IDENTIFIER');
  });
});
