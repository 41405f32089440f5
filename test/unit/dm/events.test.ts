import { expect } from 'chai';
import { devT } from '../../../src/base/ids.js';
import { compareLists, watchEvents } from '../../../src/dm/events.js';
import type { EventOperations } from '../../../src/dm/events.js';
import type { DmListEntry } from '../../../src/dm/lists.js';
import { open } from '../../../src/ffi/libc.js';

const entry = (name: string, minor: number, eventNr: number, uuid = `mpath-${name}`): DmListEntry => ({
  name,
  devT: devT(`253:${minor}`),
  eventNr,
  uuid,
});

describe('events between two lists of devices', () => {
  const a = entry('a', 0, 5);
  const b = entry('b', 1, 0);
  for (const [name, before, after, wanted] of [
    ['nothing', [a, b], [a, b], []],
    ['nothing in another order', [a, b], [b, a], []],
    ['one more', [a], [a, b], ['added b']],
    ['one less', [a, b], [b], ['removed a']],
    ['an event', [a, b], [entry('a', 0, 6), b], ['changed a']],
    ['many events of one device', [a], [entry('a', 0, 99)], ['changed a']],
    ['a counter that has run over', [entry('a', 0, 0xffffffff)], [entry('a', 0, 0)], ['changed a']],
    ['a rename', [a], [entry('z', 0, 6, 'mpath-a')], ['removed a', 'added z']],
    [
      'two that changed names',
      [a, b],
      [entry('b', 0, 5, 'mpath-a'), entry('a', 1, 0, 'mpath-b')],
      ['removed a', 'removed b', 'added b', 'added a'],
    ],
    ['another device in its place', [a], [entry('a', 0, 5, 'mpath-other')], ['removed a', 'added a']],
    [
      'one that was removed and created with another number',
      [a],
      [entry('a', 7, 0, 'mpath-a')],
      ['removed a', 'added a'],
    ],
  ] as const) {
    it(`${name}: ${wanted.join(', ') || 'none'}`, () => {
      expect(compareLists(before, after).map((event) => `${event.what} ${event.name}`)).to.deep.equal(wanted);
    });
  }
});

describe('watch for events', () => {
  let minor: number;
  let devices: DmListEntry[];
  let calls: string[];
  let ready: () => void;
  /** Runs after the kernel was armed and before it is asked for the list: the moment that must not be missed. */
  let between: () => void;

  const kernel: EventOperations = {
    version: () => [4, minor, 0],
    openControl: () => open('/dev/null', 0),
    armPoll: () => {
      calls.push('arm');
      between();
    },
    list: (prefix) => {
      calls.push(`list ${prefix}`);
      return devices;
    },
  };
  const poller = {
    watch: (_fd: number, _events: object, onReady: () => void) => {
      ready = onReady;
      return { close: () => calls.push('unwatched') };
    },
  };
  const told: string[] = [];
  const watch = (): { close(): void } =>
    watchEvents(poller, 'mpath-', ({ what, name }) => told.push(`${what} ${name}`), kernel);

  beforeEach(() => {
    minor = 37;
    devices = [entry('a', 0, 5)];
    calls = [];
    told.length = 0;
    between = () => undefined;
  });

  it('arms before it lists, at the start and after each event: what comes in between is in the list', () => {
    const watching = watch();
    between = () => {
      devices = [entry('a', 0, 6)];
    };
    ready();
    watching.close();
    expect(calls).to.deep.equal(['arm', 'list mpath-', 'arm', 'list mpath-', 'unwatched']);
    expect(told).to.deep.equal(['changed a']);
  });

  it('tells each change once', () => {
    const watching = watch();
    devices = [entry('a', 0, 6), entry('b', 1, 0)];
    ready();
    ready();
    devices = [];
    ready();
    watching.close();
    expect(told).to.deep.equal(['changed a', 'added b', 'removed a', 'removed b']);
  });

  it('is refused where the kernel is too old for it', () => {
    minor = 36;
    expect(watch).to.throw('interface 4.36, wanted 4.37').with.property('code', 'DM_UNAVAILABLE');
    expect(calls).to.deep.equal([]);
  });
});
