/** Settings that cannot all be had: nothing of them is taken. */
import { expect } from 'chai';
import { mapName } from '../../../src/base/ids.js';
import type { PortableSettings } from '../../../src/model/types.js';
import { imported, key, pathsOf, scene, unitOf } from '../../support/import-play.js';
import { lu, map, policy } from '../../support/model-play.js';

describe('An import is refused as a whole', () => {
  const held = policy.names;
  const rows: readonly {
    readonly what: string;
    readonly settings: Omit<PortableSettings, 'version'>;
    readonly refusal: readonly [code: string, message: string];
    readonly names?: typeof held;
  }[] = [
    {
      what: 'where a unit is not known',
      settings: { units: { [lu(5)]: {}, [lu(6)]: {} } },
      refusal: [
        'NOT_HERE',
        'Cannot import: 2 logical units of the settings are not known here; see that they are for this host, or leave them out with --skip-missing',
      ],
    },
    {
      what: 'where units and paths are not known',
      settings: { units: { [lu(5)]: {}, [lu(0)]: { paths: { 'x|y|0': {} } } } },
      refusal: [
        'NOT_HERE',
        'Cannot import: 1 logical unit and 1 path of the settings are not known here; see that they are for this host, or leave them out with --skip-missing',
      ],
    },
    {
      what: 'where two units would have one number',
      settings: unitOf({ number: 1 }),
      refusal: [
        'NUMBER_TAKEN',
        `Cannot give logical unit "${lu(1)}" number 1: logical unit "${lu(0)}" has it; choose another one`,
      ],
    },
    {
      what: 'where two units would have one name',
      settings: unitOf({ name: 'lu0' }, 1),
      refusal: [
        'NAME_TAKEN',
        `Cannot give logical unit "${lu(1)}" name "lu0": logical unit "${lu(0)}" has it; choose another one`,
      ],
    },
    {
      what: 'where the configuration gives another name',
      settings: unitOf({ name: 'mine' }),
      names: new Map([[lu(0), mapName('db')]]),
      refusal: [
        'NAME_TAKEN',
        `Cannot give logical unit "${lu(0)}" name "mine": the configuration gives it "db" (names.byWwid); choose another one`,
      ],
    },
    {
      what: 'where the configuration keeps the name for another',
      settings: unitOf({ name: 'db' }),
      names: new Map([[lu(7), mapName('db')]]),
      refusal: [
        'NAME_TAKEN',
        `Cannot give logical unit "${lu(0)}" name "db": another map has it, or the configuration keeps it for one; choose another one`,
      ],
    },
    {
      what: 'where a stray map has the name',
      settings: unitOf({ name: 'stray' }),
      refusal: [
        'NAME_TAKEN',
        `Cannot give logical unit "${lu(0)}" name "stray": another map has it, or the configuration keeps it for one; choose another one`,
      ],
    },
    {
      what: 'where a name is none',
      settings: unitOf({ name: '../x' }),
      refusal: ['BAD_IDENTIFIER', 'Map name "../x" is not 1 to 127 of the characters A-Z a-z 0-9 # + . : = @ _ -'],
    },
    {
      what: 'where a number is none',
      settings: unitOf({ number: -1 }),
      refusal: ['BAD_IDENTIFIER', 'Logical unit number -1 is not an integer from 0'],
    },
    {
      what: 'where a priority is none',
      settings: pathsOf({ 1: { priority: 255 } }),
      refusal: ['BAD_IDENTIFIER', 'Priority 255 is not an integer from 1 to 254'],
    },
    {
      what: 'where two paths would have one priority',
      settings: pathsOf({ 1: { priority: 2 } }),
      refusal: [
        'PRIORITY_TAKEN',
        'Cannot import: paths 1:0:0:0 and 2:0:0:0 of LogicalUnit #0 would both have priority 2; give each its own',
      ],
    },
    {
      what: 'where a path that is away is given the priority of one that is here',
      settings: pathsOf({ 3: { priority: 2 } }),
      refusal: [
        'PRIORITY_TAKEN',
        `Cannot import: paths 2:0:0:0 and ${key(3)} of LogicalUnit #0 would both have priority 2; give each its own`,
      ],
    },
    {
      what: 'where a unit would keep no enabled healthy path',
      settings: pathsOf({ 1: { enabled: false }, 2: { enabled: false } }),
      refusal: [
        'LAST_PATH',
        'Cannot import: LogicalUnit #0 would have no enabled healthy path; enable another one, or use --force',
      ],
    },
    {
      what: 'where the kernel cannot balance so',
      settings: unitOf({ balance: 'historical-service-time' }),
      refusal: [
        'SELECTOR_MISSING',
        'Cannot balance LogicalUnit #0 by "historical-service-time": the running kernel has only round-robin, queue-length, service-time; choose one of these',
      ],
    },
    {
      what: 'where it wants cluster mode and a balanced unit',
      settings: { cluster: true, ...unitOf({ balance: 'service-time' }) },
      refusal: [
        'CLUSTER_MODE',
        'Cannot import: cluster mode would be on and LogicalUnit #0 balanced by "service-time", which exclude each other; change one of them',
      ],
    },
    {
      what: 'where a patrol field is out of its range',
      settings: { ...unitOf({ balance: 'service-time' }), watcher: { intervalSec: 0 } },
      refusal: ['BAD_WATCHER_FIELD', 'Request interval (field 2) 0 is not a number of seconds from 1 to 3600'],
    },
  ];
  for (const { what, settings, refusal, names = held } of rows) {
    it(what, () => {
      const play = scene();
      play.state = { ...play.state, policy: { ...policy, names } };
      play.feed({ kind: 'map', wwid: lu(9), map: map(['1'], { name: mapName('stray') }, 9) });
      const before = play.state;
      const step = imported(play, settings);
      expect([step.refusal?.code, step.refusal?.message]).to.deep.equal(refusal);
      expect(play.state).to.equal(before);
      expect(step.effects).to.deep.equal([]);
    });
  }

  it('where cluster mode would find a balanced unit that it does not name', () => {
    const play = scene();
    imported(play, unitOf({ balance: 'service-time' }, 1));
    expect(imported(play, { failback: 'standby', cluster: true }).refusal?.code).to.equal('CLUSTER_MODE');
    expect(play.state.settings.failback).to.equal('active');
  });
});
