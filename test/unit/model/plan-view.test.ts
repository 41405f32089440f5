/** What a plan would change in the kernel, in words. */
import { expect } from 'chai';
import type { MapFacts } from '../../../src/base/map-facts.js';
import { sectors } from '../../../src/base/ids.js';
import { wantedMap } from '../../../src/model/grouping.js';
import { plan } from '../../../src/model/plan.js';
import { unitPlanView, type OpenPlan } from '../../../src/model/plan-view.js';
import type { MapMessage } from '../../../src/model/types.js';
import { dev, facts, group, map, Play } from '../../support/model-play.js';

const idle = { running: false, retryAt: null };

/** What is open of unit 0 where the kernel has this map; null: it has none. */
function open(play: Play, present: MapFacts | null, changes: Partial<OpenPlan> = {}): OpenPlan {
  const wanted = wantedMap(play.unit(), play.state.policy, play.state.settings);
  return { unit: play.unit(), present, wanted, operations: plan(wanted, present), work: idle, ...changes };
}
const texts = (plan: OpenPlan): readonly string[] => unitPlanView(plan).operations.map(({ text }) => text);
const two = () => Play.withPaths([facts(1), facts(2)], map(['1', '2']), { selectors: ['round-robin', 'queue-length'] });

describe('The view of a plan', () => {
  it('tells of a map to be created, with its table', () => {
    const view = unitPlanView(open(two(), null));
    expect(view).to.deep.equal({
      number: 0,
      wwid: two().unit().wwid,
      name: 'lu0',
      operations: [
        {
          kind: 'create',
          message: null,
          text: 'create map "lu0"',
          before: null,
          after: {
            sizeBytes: 2048 * 512,
            queueIfNoPath: true,
            groups: [
              { selector: 'round-robin', bypassed: false, paths: ['1:0:0:0'] },
              { selector: 'round-robin', bypassed: false, paths: ['2:0:0:0'] },
            ],
          },
        },
      ],
      waits: {
        code: 'nothing',
        at: null,
        text: 'nothing stands against it: it is done when the controller compares all maps next, which it does every half minute',
      },
    });
  });

  it('tells of a reload, with both tables, strange disks by their device numbers', () => {
    const play = two();
    play.ask('disable', 'sdc');
    const present = map([group('9', { selector: 'other' }), group('1', { state: 'bypassed' })]);
    const { operations, name } = unitPlanView(open(play, { ...present, name: 'mpatha' as MapFacts['name'] }));
    expect(name).to.equal('mpatha');
    expect(operations.map(({ kind, text }) => [kind, text])).to.deep.equal([
      ['reload', 'load a new table'],
      ['message', 'hold back group 2 (2:0:0:0) as a last resort'],
    ]);
    expect(operations[0]?.before?.groups).to.deep.equal([
      { selector: 'other', bypassed: false, paths: [dev(9)] },
      { selector: 'service-time', bypassed: true, paths: ['1:0:0:0'] },
    ]);
    expect(operations[0]?.after?.groups[1]).to.deep.equal({
      selector: 'round-robin',
      bypassed: true,
      paths: ['2:0:0:0'],
    });
  });

  it('has no table of a map that has none, and says where the size changes', () => {
    const empty = unitPlanView(open(two(), map([], { hasTable: false, suspended: true })));
    expect(empty.operations[0]).to.include({ kind: 'reload', before: null });
    expect(texts(open(two(), map(['1', '2'], { sizeSectors: sectors(1024) })))).to.deep.equal([
      'load a new table, of another size',
    ]);
  });

  it('tells of a resume and of a removal', () => {
    expect(texts(open(two(), map(['1', '2'], { suspended: true })))).to.deep.equal([
      'resume the map: it is suspended, and its I/O waits',
    ]);
    const play = two();
    play.kernel(map(['1', '2'], { openCount: 0 }));
    for (const port of [1, 2]) play.gone(port);
    const removal = unitPlanView(open(play, map(['1', '2'], { openCount: 0 }))).operations;
    expect(removal.map(({ text, after }) => [text, after])).to.deep.equal([
      ['remove the map: no path is left, and nobody has it open', null],
    ]);
  });

  const messages: readonly (readonly [message: MapMessage, text: string])[] = [
    [{ kind: 'fail-path', devT: dev(1) }, 'take path 1:0:0:0 out of use'],
    [{ kind: 'reinstate-path', devT: dev(9) }, `take path ${dev(9)} into use again`],
    [{ kind: 'disable-group', group: 1 }, 'hold back group 1 (1:0:0:0) as a last resort'],
    [{ kind: 'enable-group', group: 2 }, 'hold back group 2 (2:0:0:0) no longer'],
    [{ kind: 'switch-group', group: 3 }, 'move the I/O to group 3'],
    [{ kind: 'queue-if-no-path' }, 'let I/O wait while no path is left'],
    [{ kind: 'fail-if-no-path' }, 'let I/O fail while no path is left'],
  ];
  for (const [message, text] of messages) {
    it(`has words for the message "${message.kind}"`, () => {
      const view = unitPlanView(open(two(), map(['1', '2']), { operations: [{ kind: 'message', message }] }));
      expect(view.operations).to.deep.equal([
        { kind: 'message', message: message.kind, text, before: null, after: null },
      ]);
    });
  }
});

describe('Why a plan is not done yet', () => {
  const waits = (play: Play, work: OpenPlan['work'] = idle) => unitPlanView(open(play, map(['1']), { work })).waits;
  const failed = (code: 'APPLY_PENDING' | 'DM_IOCTL'): Play => {
    const play = two();
    play.feed({ kind: 'apply-failed', wwid: play.unit().wwid, code, message: 'why' });
    return play;
  };

  it('is that it is being done', () => {
    const work = { running: true, retryAt: null };
    expect(waits(two(), work)).to.deep.equal({ code: 'running', at: null, text: 'it is being carried out now' });
    expect(waits(failed('DM_IOCTL'), work).text).to.equal('it is being carried out now; the attempt before: why');
  });

  it('is storage that hangs, or a refusal, with the time of the next attempt', () => {
    const work = { running: false, retryAt: 7 };
    expect(waits(failed('APPLY_PENDING'), work)).to.deep.equal({ code: 'waits-for-storage', at: 7, text: 'why' });
    expect(waits(failed('DM_IOCTL'), work)).to.deep.equal({
      code: 'refused',
      at: 7,
      text: 'the last attempt failed: why',
    });
  });
});
