import { expect } from 'chai';
import { mapName, mapUuid, wwid, type MapName } from '../../../src/base/ids.js';
import type { MapFacts } from '../../../src/base/map-facts.js';
import { MapNames } from '../../../src/controller/map-names.js';

const own = wwid('36001405aaaa');
const other = wwid('36001405bbbb');

/** Names for a unit where these maps are there. */
function namesWith(maps: Readonly<Record<string, string>>): MapNames {
  return new MapNames({
    read: (name) => {
      const uuid = maps[name];
      return uuid === undefined ? null : ({ name, uuid } as MapFacts);
    },
  });
}

const forNew = (names: MapNames, name: string): MapName => names.forNew({ wwid: own, name: mapName(name) });

describe('The name of a new map', () => {
  it('is that of its logical unit, also where a map of it has appeared meanwhile', () => {
    expect(forNew(namesWith({}), 'lu1')).to.equal('lu1');
    expect(forNew(namesWith({ lu1: mapUuid(own) }), 'lu1')).to.equal('lu1');
  });

  it('is the one before where another map has that, and a free one where both are taken', () => {
    const taken: Record<string, string> = { lu1: mapUuid(other) };
    const names = namesWith(taken);
    expect(forNew(names, 'lu1')).to.equal('lu1-2');
    names.seen(own, mapName('lu0'));
    names.seen(other, mapName('lu1'));
    expect(forNew(names, 'lu1')).to.equal('lu0');
    taken['lu0'] = 'mpath-3stray';
    taken['lu1-2'] = 'mpath-3second';
    expect(forNew(names, 'lu1')).to.equal('lu1-3');
  });

  it('is never too long for the kernel', () => {
    const longest = 'x'.repeat(127);
    expect(forNew(namesWith({ [longest]: mapUuid(other) }), longest)).to.equal(`${'x'.repeat(125)}-2`);
  });
});
