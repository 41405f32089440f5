/** The rule that gives a path its state, in words: one row for each way to come into it. */
import { expect } from 'chai';
import { carriers } from '../../../../src/model/arrangement.js';
import { ruleOf } from '../../../../src/model/explain/rule.js';
import { facts, lostPort, lu, map, Play } from '../../../support/model-play.js';

/** Ports 1, 2 and 3, not balanced, all enabled; port 1 has the highest priority. */
function three(): Play {
  const play = Play.withPaths([facts(1), facts(2), facts(3)], map(['1', '2', '3']), {
    selectors: ['round-robin', 'queue-length'],
  });
  expect(play.shown()).to.equal('1>=3 2=2 3=1');
  return play;
}

/** Balanced by service time: 1 and 2 optimized, 3 not. */
function balanced(): Play {
  const play = Play.withPaths(
    [facts(1, { access: 'optimized' }), facts(2, { access: 'optimized' }), facts(3, { access: 'non-optimized' })],
    map(['1 2', '3']),
  );
  expect(play.shown()).to.equal('1>=3 2>=2 3=1');
  return play;
}

interface Row {
  readonly when: string;
  readonly play: () => Play;
  readonly port: number;
  readonly code: string;
  readonly text: string;
}

const after =
  (make: () => Play, ...acts: readonly ((play: Play) => unknown)[]) =>
  (): Play => {
    const play = make();
    for (const act of acts) act(play);
    return play;
  };
const down =
  (...ports: readonly number[]) =>
  (play: Play) =>
    ports.forEach((port) => play.probed(port, 'down', 'timeout'));
const disable =
  (...ports: readonly number[]) =>
  (play: Play) =>
    ports.forEach((port) => play.ask('disable', `${String(port)}:::`, true));
const access = (port: number, state: 'optimized' | 'non-optimized' | 'standby' | 'unavailable') => (play: Play) =>
  play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: port, state }] });

const rows: readonly Row[] = [
  {
    when: 'the kernel has failed it',
    play: after(three, (play) => play.kernel(map(['1', '2F3', '3']))),
    port: 2,
    code: 'failed-by-kernel',
    text: 'the kernel saw I/O fail on it (I/O failed, fail count 3), and it is not used until a probe has proved it good',
  },
  {
    when: 'a probe has failed',
    play: after(three, down(2)),
    port: 2,
    code: 'failed-by-probe',
    text: 'a probe failed (probe: timeout), and it is not used until a probe has proved it good',
  },
  {
    when: 'the transport has lost it',
    play: after(three, (play) => play.port(lostPort(2))),
    port: 2,
    code: 'failed-by-transport',
    text: 'the transport lost it (remote port rport-2:0-0 is Blocked), and it is not used until a probe has proved it good',
  },
  {
    when: 'its priority is the highest',
    play: three,
    port: 1,
    code: 'highest-priority',
    text: 'it is enabled and healthy, and its priority 3 is the highest of those that are',
  },
  {
    when: 'its priority is lower',
    play: three,
    port: 3,
    code: 'lower-priority',
    text: 'it is enabled and healthy, but its priority 1 is lower than the 3 of path 1:0:0:0, so it waits',
  },
  {
    when: 'it shares the I/O',
    play: balanced,
    port: 1,
    code: 'shares',
    text: 'it is enabled and healthy, and the unit is balanced by service time: it shares the I/O with path 2:0:0:0',
  },
  {
    when: 'its access state is worse than that of the others',
    play: balanced,
    port: 3,
    code: 'worse-access',
    text: 'it is enabled and healthy, but its access state (non-optimized) is worse than that of paths 1:0:0:0 and 2:0:0:0 (optimized), so it waits',
  },
  {
    when: 'its access state is the best alone',
    play: after(balanced, access(2, 'non-optimized')),
    port: 1,
    code: 'best-access',
    text: 'it is enabled and healthy, and no other such path has an access state as good as its own (optimized)',
  },
  {
    when: 'it is disabled beside enabled ones',
    play: after(three, disable(2)),
    port: 2,
    code: 'disabled',
    text: 'it is healthy, but disabled: it is used only when no enabled path that serves I/O is left',
  },
  {
    when: 'its target port refuses I/O',
    play: after(three, access(2, 'standby')),
    port: 2,
    code: 'port-refuses',
    text: 'it is enabled and healthy, but its target port (standby) refuses I/O: it is used only when nothing else is left',
  },
  {
    when: 'all are disabled, and it is the first',
    play: after(three, disable(1, 2, 3)),
    port: 1,
    code: 'last-resort-disabled',
    text: 'it is disabled, but no enabled path that serves I/O is left, so it carries the I/O as the last resort',
  },
  {
    when: 'all are disabled, and it is a later one',
    play: after(three, disable(1, 2, 3)),
    port: 2,
    code: 'later-last-resort',
    text: 'no enabled path that serves I/O is left, and as a last resort it comes behind path 1:0:0:0: its priority 2 is lower',
  },
  {
    when: 'the last resort before it serves and its own port refuses',
    play: after(three, disable(2), down(1), access(3, 'unavailable')),
    port: 3,
    code: 'later-last-resort',
    text: 'no enabled path that serves I/O is left, and as a last resort it comes behind path 2:0:0:0: its target port (unavailable) refuses I/O',
  },
  {
    when: 'all ports refuse I/O',
    play: after(three, access(1, 'standby'), access(2, 'standby'), access(3, 'standby')),
    port: 1,
    code: 'last-resort-access',
    text: 'its target port (standby) refuses I/O, but no path is left whose port serves it',
  },
  {
    when: 'there is no other',
    play: () => Play.withPaths([facts(1)], map(['1'])),
    port: 1,
    code: 'only-path',
    text: 'it is healthy, and the only path of its unit',
  },
  {
    when: 'all others have failed',
    play: after(three, down(1, 2)),
    port: 3,
    code: 'only-one-left',
    text: 'it is healthy, and all others (2) have failed',
  },
  {
    when: 'it is suspected and the last one',
    play: after(three, down(1, 2, 3)),
    port: 3,
    code: 'suspected',
    text: 'it is suspected (probe: timeout), but the unit has nothing better, so it stays in service; it is healthy, and all others (2) have failed',
  },
];

describe('The rule of a path', () => {
  for (const { when, play, port, code, text } of rows) {
    it(`is "${code}" where ${when}`, () => {
      const scene = play();
      expect(
        ruleOf(scene.unit(), scene.path(port), scene.state.ports.get(scene.path(port).facts.remotePort ?? '')),
      ).to.deep.equal({ code, text });
    });
  }

  it('tells an unknown access state of the paths that carry the I/O', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3, { access: 'non-optimized' })], map(['1 2', '3']));
    expect(ruleOf(play.unit(), play.path(3), undefined).text).to.include('(unknown, which counts as optimized)');
  });

  it('agrees with who carries the I/O, for every path of every row', () => {
    const inUse = ['shares', 'best-access', 'highest-priority', 'only-path', 'only-one-left'];
    const resort = ['last-resort-disabled', 'last-resort-access'];
    for (const { play } of rows) {
      const unit = play().unit();
      for (const path of unit.paths) {
        const { code } = ruleOf(unit, { ...path, suspicion: null }, undefined);
        expect([...inUse, ...resort].includes(code), `${path.facts.number} is ${code}`).to.equal(
          carriers(unit).includes(path),
        );
      }
    }
  });
});
