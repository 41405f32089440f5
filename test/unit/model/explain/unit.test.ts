/** Why a logical unit is as it is, and what is named by what an operator types. */
import { expect } from 'chai';
import fc from 'fast-check';
import { PathManagerError } from '../../../../src/base/errors.js';
import { mapName, sectors } from '../../../../src/base/ids.js';
import { explain } from '../../../../src/model/explain/explain.js';
import { ruleOf } from '../../../../src/model/explain/rule.js';
import type { Circumstances, UnitExplanation } from '../../../../src/model/explain/types.js';
import { initialState } from '../../../../src/model/saved.js';
import { step } from '../../../../src/model/step.js';
import type { ModelState, Policy } from '../../../../src/model/types.js';
import { circumstances } from '../../../support/circumstances.js';
import { anyPolicy, input } from '../../../support/model-inputs.js';
import { facts, group, lu, map, Play } from '../../../support/model-play.js';

const noServiceTime: Partial<Policy> = { selectors: ['round-robin', 'queue-length'] };
const told = (play: Play, changes: Partial<Circumstances> = {}, name = '0'): UnitExplanation => {
  const [unit] = explain(play.state, name, circumstances(play.at, [], changes)).units;
  if (unit === undefined) throw new Error('nothing is explained');
  return unit;
};
const three = () => Play.withPaths([facts(1), facts(2), facts(3)], map(['1', '2', '3']), noServiceTime);

describe('The balancing of a unit', () => {
  const optimized = [facts(1), facts(2)];
  const rows: readonly (readonly [what: string, play: () => Play, text: string])[] = [
    [
      'with two optimized paths',
      () => Play.withPaths(optimized),
      'balanced by service time, by default, because it has had more than one optimized path',
    ],
    [
      'with one',
      () => Play.withPaths([facts(1)]),
      'not balanced, by default, because it has never had two optimized paths at once',
    ],
    [
      'without the selector',
      () => Play.withPaths(optimized, null, noServiceTime),
      'not balanced, because the kernel has no path selector for service time',
    ],
    [
      'begun by hand',
      () => Play.withPaths(optimized, null, { initial: 'manual' }),
      'not balanced, because the configuration says "initial: manual"',
    ],
  ];
  for (const [what, play, text] of rows) {
    it(`is told for one ${what}`, () => expect(told(play()).balance.text).to.equal(text));
  }

  it('is told where an operator has chosen it, and where the kernel lacks it', () => {
    const play = three();
    const path = { kind: 'node' as const, node: 'sdb', text: 'sdb' };
    play.request({ kind: 'set-balance', path, mode: 'queue-length' });
    expect(told(play).balance).to.deep.equal({
      mode: 'queue-length',
      text: 'balanced by queue length, as an operator chose or as its map was when it was found',
    });
    play.state = { ...play.state, policy: { ...play.state.policy, selectors: ['round-robin'] } };
    expect(told(play).balance.text).to.include(
      '; the running kernel has no path selector for it, so round robin is used',
    );
  });

  it('is off in cluster mode', () => {
    const play = new Play();
    play.request({ kind: 'set-cluster', on: true });
    for (const path of optimized) play.present(path);
    expect(told(play).balance.text).to.equal('not balanced, because cluster mode is on');
    expect(told(play).cluster).to.deep.equal({
      on: true,
      text: 'on: a unit without a path fails its I/O at once, and none is balanced',
    });
  });
});

describe('The groups of a unit', () => {
  it('are told in the order in which they are tried, with the reason', () => {
    const play = three();
    play.ask('disable', 'sdd');
    play.probed(2, 'down');
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 3, state: 'standby' }] });
    expect(told(play).groups).to.deep.equal([
      { role: 'in-use', paths: ['1:0:0:0'], text: 'priority 3' },
      { role: 'failed', paths: ['2:0:0:0'], text: 'priority 2' },
      { role: 'last-resort', paths: ['3:0:0:0'], text: 'disabled and its target port (standby) refuses I/O' },
    ]);
  });

  it('are those of the access states where it is balanced', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3, { access: 'non-optimized' })]);
    expect(told(play).groups).to.deep.equal([
      {
        role: 'in-use',
        paths: ['1:0:0:0', '2:0:0:0'],
        text: 'enabled, access state unknown, which counts as optimized',
      },
      { role: 'next', paths: ['3:0:0:0'], text: 'enabled, access state non-optimized' },
    ]);
    play.probed(2, 'down');
    expect(told(play).groups[0]?.text).to.match(/; failed: 2:0:0:0$/);
  });
});

describe('A unit without a path', () => {
  const pathless = (policy: Partial<Policy>): Play => {
    const play = Play.withPaths([facts(1)], map(['1']), policy);
    play.kernel(map(['1F1']));
    return play;
  };

  it('waits, counts down, and then fails', () => {
    const play = pathless({ noPath: { mode: 'queue-for', seconds: 30 } });
    const waiting = told(play);
    expect(waiting.noPath).to.deep.equal({
      policy: { mode: 'queue-for', seconds: 30 },
      pathlessSince: play.at,
      endsAt: play.at + 30_000,
      text: 'no path is left and I/O waits; without a path I/O waits 30 s for one, then fails',
    });
    expect(waiting.next[0]).to.deep.equal({
      code: 'no-path-end',
      at: play.at + 30_000,
      text: 'the no-path time ends: I/O that waits fails',
    });
    play.at += 30_000;
    play.feed({ kind: 'tick' });
    expect(told(play).noPath.text).to.equal(
      'no path is left; the time for which I/O waits is over, and I/O fails until a path is back',
    );
  });

  it('waits for ever, or fails at once, by its policy', () => {
    expect(told(pathless({ noPath: { mode: 'queue' } })).noPath.text).to.equal(
      'no path is left and I/O waits; without a path I/O waits until one is back',
    );
    expect(told(pathless({ noPath: { mode: 'fail' } })).noPath.text).to.equal(
      'no path is left and I/O fails; without a path I/O fails at once',
    );
    const cluster = pathless({});
    cluster.request({ kind: 'set-cluster', on: true });
    expect(told(cluster).noPath.text).to.equal(
      'no path is left and I/O fails; without a path I/O fails at once, as cluster mode is on',
    );
  });

  it('is told of while it has some', () => {
    const play = three();
    play.probed(2, 'down');
    expect(told(play).noPath.text).to.equal(
      'without a path I/O waits 60 s for one, then fails; 2 of 3 paths can be used',
    );
  });
});

describe('What happens next to a unit', () => {
  const next = (play: Play, work = { running: false, retryAt: null as number | null }) =>
    told(play, { work: () => work }).next.map(({ code, at, text }) => [code, at, text]);

  it('is nothing where all is as it is wanted', () => expect(next(three())).to.deep.equal([]));

  it('is a change under way, due, put off or refused', () => {
    const play = three();
    expect(next(play, { running: true, retryAt: null })).to.deep.equal([
      ['change-running', null, 'a change of its map is being carried out now'],
    ]);
    play.kernel(map(['1', '2']));
    expect(next(play)).to.deep.equal([
      ['change-due', null, 'its map differs from what is wanted; "spscmd plan" shows how'],
    ]);
    play.feed({ kind: 'apply-failed', wwid: lu(), code: 'APPLY_PENDING', message: 'I/O hangs' });
    expect(next(play, { running: true, retryAt: null })).to.deep.equal([
      ['change-running', null, 'a change of its map is being carried out now; the attempt before: I/O hangs'],
    ]);
    expect(next(play, { running: false, retryAt: 9 })).to.deep.equal([
      ['change-put-off', 9, 'a change of its map waits, and is tried again: I/O hangs'],
    ]);
    play.feed({ kind: 'apply-failed', wwid: lu(), code: 'DM_IOCTL', message: 'EINVAL' });
    expect(next(play)).to.deep.equal([
      ['change-put-off', null, 'the kernel has refused a change of its map, and is tried again: EINVAL'],
    ]);
  });

  it('is what was asked for and is not done', () => {
    const play = three();
    play.ask('disable', 'sdb');
    play.kernel(map(['1', '2', group('3', { state: 'bypassed' })]));
    expect(next(play)[1]).to.deep.equal([
      'pending',
      null,
      'a change of enablement of path 1:0:0:0 (disabled) was asked for and is not done yet',
    ]);
    const failing = three();
    failing.probed(1, 'down');
    failing.ask('failback', 'sdb');
    failing.request({ kind: 'set-balance', path: { kind: 'node', node: 'sdb', text: '' }, mode: 'round-robin' });
    expect(next(failing).slice(1)).to.deep.equal([
      ['pending', null, 'a failback of path 1:0:0:0 was asked for and is not done yet'],
      ['pending', null, 'a change of the balancing mode (from none to round-robin) was asked for and is not done yet'],
    ]);
  });

  it('is a newcomer that is not let in, and paths that are away', () => {
    const play = three();
    play.present(facts(4, { sizeSectors: sectors(4096) }));
    play.gone(3);
    play.kernel(map(['1', '2']));
    expect(next(play)).to.deep.equal([
      ['refused-path', null, 'disk "sde" (4:0:0:0) is not let in: it has 4096 sectors, its logical unit 2048'],
      ['absent-paths', null, '1 path that was here is away; a path that returns gets its priority and enablement back'],
    ]);
    play.gone(2);
    expect(next(play).at(-1)?.[2]).to.include('2 paths that were here are away');
  });
});

describe('What an operator names', () => {
  const named = (play: Play, name: string, changes: Partial<Circumstances> = {}) => {
    const { asked, units, disks } = explain(play.state, name, circumstances(play.at, [], changes));
    const paths = units.map((unit) => `${String(unit.number)}: ${unit.paths.map((path) => path.number).join(' ')}`);
    return [asked, ...paths, ...disks.map(({ node, text }) => `${node}: ${text}`)];
  };
  const two = (): Play => {
    const play = new Play({ names: new Map([[lu(1), mapName('database')]]) });
    for (const index of [1, 0]) for (const port of [1, 2]) play.present(facts(port, {}, index));
    return play;
  };
  const refused = (play: Play, name: string): string => {
    try {
      named(play, name);
      return 'nothing';
    } catch (error) {
      return error instanceof PathManagerError ? `${error.code} ${error.message}` : String(error);
    }
  };

  it('is a logical unit, by number, name or WWID, with all of its paths', () => {
    const whole = ['units', '1: 1:0:0:0 2:0:0:0'];
    const play = two();
    const number = play.unit(0).number;
    for (const name of [String(number), `#${String(number)}`, `lu${String(number)}`, lu(0)]) {
      expect(named(play, name), name).to.deep.equal(whole);
    }
    expect(named(play, 'database')).to.deep.equal(['units', '0: 1:0:0:1 2:0:0:1']);
    play.kernel(map(['1', '2'], { name: mapName('lu1') }));
    expect(named(play, 'lu1')).to.deep.equal(whole);
  });

  it('is a path or several, of the units in order', () => {
    expect(named(two(), '2:::')).to.deep.equal(['paths', '0: 2:0:0:1', '1: 2:0:0:0']);
    expect(named(two(), '/dev/sdb')).to.deep.equal(['paths', '1: 1:0:0:0']);
    expect(named(two(), '8:32')).to.deep.equal(['paths', '1: 2:0:0:0']);
  });

  it('is a disk that is no path', () => {
    const play = two();
    play.present(facts(3, { sizeSectors: sectors(4096) }, 0));
    expect(named(play, 'sdd')).to.deep.equal([
      'paths',
      'sdd: it leads to LogicalUnit #1 and is not let in as a path: it has 4096 sectors, its logical unit 2048',
    ]);
    const orphan: ModelState = { ...play.state, units: new Map() };
    expect(explain(orphan, 'sdd', circumstances(0)).disks[0]?.text).to.include('it leads to a logical unit and');
    const { node, number, devT, wwid } = facts(9, {}, 5);
    const leftAlone = [{ node, number, devT, wwid, reason: '"sdj" is mounted: "/"' }];
    expect(named(play, '9:::', { leftAlone })).to.deep.equal([
      'paths',
      `${node}: the controller leaves it alone: "sdj" is mounted: "/"`,
    ]);
  });

  it('is nothing, in one line', () => {
    expect(refused(two(), 'sdz')).to.equal(
      'UNKNOWN_PATH No path or logical unit is named by "sdz"; "spscmd getlun -v" lists what there is',
    );
    for (const name of ['7', 'nonsense', ':::']) {
      expect(refused(two(), name)).to.equal(
        `UNKNOWN_UNIT No logical unit has the number, name or WWID "${name}"; "spscmd getlun -v" lists what there is`,
      );
    }
  });
});

describe('Explanations, after any inputs', () => {
  it('say of every path what it is', () => {
    const inUse = /^(shares|best-access|highest-priority|only-path|only-one-left|last-resort-.*)$/;
    fc.assert(
      fc.property(anyPolicy, fc.array(input, { maxLength: 60 }), (policy, inputs) => {
        const state = inputs.reduce((before, each) => step(before, each).state, initialState(policy, null));
        for (const unit of state.units.values()) {
          explain(state, String(unit.number), circumstances(0));
          for (const path of unit.paths) {
            const { code } = ruleOf(unit, { ...path, suspicion: null }, undefined);
            expect(code.startsWith('failed-'), code).to.equal(path.shown === 'failed');
            expect(inUse.test(code), code).to.equal(path.shown === 'in-use');
          }
        }
      }),
    );
  });
});
