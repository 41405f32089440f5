/** The plan, case by case: what is sent, and above all what is not. */
import { expect } from 'chai';
import { devT, sectors } from '../../../src/base/ids.js';
import type { SelectorName } from '../../../src/base/map-facts.js';
import { plan } from '../../../src/model/plan.js';
import type { MapMessage, WantedMap } from '../../../src/model/types.js';
import { dev, group, map } from '../../support/model-play.js';

/**
 * "1 2X | 3 / 4": ports 1 and 2 in the first group, port 2 failed; port 3 in the second; after the slash, bypassed ones.
 * "1~5": a failure is forgiven up to fail count 5.
 */
function want(text: string, changes: Partial<WantedMap> = {}, selector: SelectorName = 'service-time'): WantedMap {
  const [normal = '', bypassed = ''] = text.split('/');
  const groups = [...parts(normal, false), ...parts(bypassed, true)].map((each) => ({ selector, ...each }));
  const active = groups.findIndex(({ paths }) => paths.some((path) => !path.failed));
  const base = { sizeSectors: sectors(2048), queueIfNoPath: true, barred: [] };
  return { ...base, groups, active: active < 0 ? null : active, ...changes };
}

function parts(text: string, bypassed: boolean): readonly Omit<WantedMap['groups'][number], 'selector'>[] {
  const groups = text.split('|').filter((each) => each.trim() !== '');
  return groups.map((each) => ({
    bypassed,
    paths: each
      .trim()
      .split(' ')
      .map((word) => {
        const [, port = '', mark = '', forgives = ''] = /^(\d+)(X?)(?:~(\d+))?$/.exec(word) ?? [];
        return { devT: dev(Number(port)), failed: mark === 'X', forgives: forgives === '' ? null : Number(forgives) };
      }),
  }));
}

const words = (wanted: WantedMap | null, present: ReturnType<typeof map> | null): readonly string[] =>
  plan(wanted, present).map((operation) => {
    if (operation.kind === 'message') return describeMessage(operation.message);
    return operation.kind === 'reload' && operation.resize ? 'resize' : operation.kind;
  });

function describeMessage(message: MapMessage): string {
  if ('group' in message) return `${message.kind} ${String(message.group)}`;
  if ('devT' in message) return `${message.kind} ${String(Number(message.devT.split(':')[1]) / 16)}`;
  return message.kind;
}

const disabled = (paths: string) => group(paths, { state: 'bypassed' });
const active = (paths: string) => group(paths, { state: 'active' });

describe('plan', () => {
  const cases: readonly (readonly [string, WantedMap | null, ReturnType<typeof map> | null, readonly string[]])[] = [
    // Paths that must carry no I/O.
    [
      'fails what may carry no I/O before it waits for a load, and also where nothing else is left',
      want('1', { barred: [dev(2)] }),
      map(['1F', '2']),
      ['fail-path 2', 'reload'],
    ],
    [
      'fails what may carry no I/O where no table is to be loaded',
      want('', { barred: [dev(1), dev(2)], queueIfNoPath: false }),
      map(['1', '2F']),
      ['fail-path 1', 'fail-if-no-path'],
    ],
    // Nothing to do.
    ['does nothing where the kernel has what is wanted', want('1 | 2 / 3'), map(['1', '2', disabled('3')]), []],
    ['does nothing without a map where none is wanted', null, null, []],
    ['cares not for the order of paths', want('1 2'), map(['2 1']), []],
    ['cares not for the selector of one path', want('1 | 2'), map([group('1', { selector: 'other' }), '2']), []],
    ['cares not where a bypassed group stands', want('1 | 3 / 2'), map(['1', disabled('2'), '3']), []],
    ['leaves a failure that the model has not heard of', want('1 | 2'), map(['1F1', '2']), []],
    ['leaves a failure that is newer than the proof', want('1~4 | 2'), map(['1F5', '2']), []],
    ['lets the kernel leave a group without a path by itself', want('1X | 2'), map([active('1F'), '2']), []],
    ['does not switch while no path is good', want('1X | 2X'), map(['1F', '2F'], { activeGroup: 2 }), []],
    [
      'does not switch to a group that the kernel has failed unheard',
      want('1 | 2'),
      map(['1F', active('2')], { activeGroup: 2 }),
      [],
    ],
    [
      'stays in the wanted group where the first one is bypassed and good',
      want('2 / 1'),
      map([disabled('1'), active('2')], { activeGroup: 2 }),
      [],
    ],
    // The map itself.
    ['creates', want('1 | 2'), null, ['create']],
    ['creates, fails and bypasses', want('1X | 2 / 3'), null, ['create', 'fail-path 1', 'disable-group 3']],
    [
      'fails every path of a new map where none is good',
      want('1X | 2X'),
      null,
      ['create', 'fail-path 1', 'fail-path 2'],
    ],
    ['removes', null, map(['1F'], { openCount: 0 }), ['remove']],
    ['does not remove what is open', null, map(['1F']), []],
    ['resumes before anything else', want('1 | 2X'), map(['1', '2'], { suspended: true }), ['resume', 'fail-path 2']],
    [
      'loads a table where there is none, which resumes too',
      want('1'),
      map([], { hasTable: false, suspended: true, activeGroup: 0, sizeSectors: sectors(0), queueIfNoPath: false }),
      ['reload'],
    ],
    // Reloads.
    ['reloads for a new path', want('1 | 2'), map(['1']), ['reload']],
    ['reloads for another path', want('1 | 2'), map(['1', '3']), ['reload']],
    ['reloads for another grouping', want('1 2'), map(['1', '2']), ['reload']],
    ['reloads for another grouping of as many groups', want('1 2 | 3'), map(['1', '2 3']), ['reload']],
    ['reloads for another selector', want('1 2', {}, 'queue-length'), map(['1 2']), ['reload']],
    [
      'reloads for another order of round robin',
      want('1 2', {}, 'round-robin'),
      map([group('2 1', { selector: 'round-robin' })]),
      ['reload'],
    ],
    ['reloads for another order of groups', want('2 | 1'), map(['1', '2']), ['reload']],
    [
      'reloads for another order of bypassed groups',
      want('1 / 2 | 3'),
      map(['1', disabled('3'), disabled('2')]),
      ['reload', 'disable-group 2', 'disable-group 3'],
    ],
    ['says that it resizes', want('1', { sizeSectors: sectors(4096) }), map(['1']), ['resize']],
    [
      'takes paths out and in before a load, which may have to wait',
      want('1~1 | 2X | 3', { queueIfNoPath: false, sizeSectors: sectors(4096) }),
      map(['1F1', '2'], { suspended: true }),
      ['resume', 'fail-if-no-path', 'reinstate-path 1', 'fail-path 2', 'resize', 'fail-path 2'],
    ],
    [
      'fails nothing before a load while nothing else is left in the table',
      want('1X | 2'),
      map(['1', '3']),
      ['reload', 'fail-path 1'],
    ],
    ['fails again after a load what was failed', want('1X | 2'), map(['1F']), ['reload', 'fail-path 1']],
    // Messages.
    ['makes I/O wait', want('1'), map(['1'], { queueIfNoPath: false }), ['queue-if-no-path']],
    ['lets I/O fail', want('1X', { queueIfNoPath: false }), map(['1F']), ['fail-if-no-path']],
    ['reinstates what was proved', want('1~5 | 2'), map(['1F5', '2'], { activeGroup: 1 }), ['reinstate-path 1']],
    ['reinstates before it fails', want('1X | 2~1'), map(['1', '2F1']), ['reinstate-path 2', 'fail-path 1']],
    ['fails nothing while nothing else is left', want('1X | 2'), map(['1', '2F1']), []],
    ['disables', want('1 / 2'), map([active('1'), '2']), ['disable-group 2']],
    ['enables', want('1 | 2'), map([active('1'), disabled('2')]), ['enable-group 2']],
    [
      'switches to a better group that is back',
      want('1~1 | 2'),
      map(['1F1', active('2')], { activeGroup: 2 }),
      ['reinstate-path 1', 'switch-group 1'],
    ],
    [
      'bypasses again after a switch, which clears every flag',
      want('1~1 / 2'),
      map(['1F1', disabled('2')], { activeGroup: 2 }),
      ['reinstate-path 1', 'switch-group 1', 'disable-group 2'],
    ],
    [
      'switches to a group in the middle',
      want('1X | 2 | 3'),
      map(['1F', '2', active('3')], { activeGroup: 3 }),
      ['switch-group 2'],
    ],
    [
      'switches to a group of which one path is good, from one of which one is good',
      want('1X 2 | 3 4X'),
      map(['1F 2', active('3 4F')], { activeGroup: 2 }),
      ['switch-group 1'],
    ],
    [
      'switches, to be told from not having chosen, when it disables another group than the one in use',
      want('2 / 1'),
      map(['1', active('2')], { activeGroup: 2 }),
      ['switch-group 2', 'disable-group 1'],
    ],
    [
      'switches when it disables the first group, for which the status would not tell',
      want('2 / 1'),
      map([active('1'), '2']),
      ['switch-group 2', 'disable-group 1'],
    ],
    [
      'switches out of a disabled group that the kernel was told to use',
      want('2 / 1'),
      map([disabled('1'), '2']),
      ['switch-group 2', 'disable-group 1'],
    ],
  ];
  for (const [name, wanted, present, expected] of cases) {
    it(name, () => {
      expect(words(wanted, present)).to.deep.equal(expected);
    });
  }

  describe('for a unit without a path', () => {
    const empty = want('', { queueIfNoPath: false });

    it('leaves the table, and sets only whether I/O waits', () => {
      expect(words(empty, map(['1F', '2F']))).to.deep.equal(['fail-if-no-path']);
      expect(words(empty, map(['1F'], { queueIfNoPath: false }))).to.deep.equal([]);
      expect(words(empty, map(['1F'], { suspended: true }))).to.deep.equal(['resume', 'fail-if-no-path']);
    });

    it('does nothing to a map without a table, or without a map', () => {
      expect(words(empty, map([], { hasTable: false }))).to.deep.equal([]);
      expect(words(empty, null)).to.deep.equal([]);
    });
  });

  it('names devices and groups as the kernel does: groups from 1', () => {
    expect(plan(want('1X | 2 / 3'), map(['1', '2', '3']))).to.deep.equal([
      { kind: 'message', message: { kind: 'fail-path', devT: devT('8:16') } },
      { kind: 'message', message: { kind: 'disable-group', group: 3 } },
    ]);
  });
});
