/** Paths that the array says it does not serve any more: when they are told of, taken out, and their disks deleted. */
import { expect } from 'chai';
import { wantedMap } from '../../../src/model/grouping.js';
import { facts, lu, map, Play } from '../../support/model-play.js';

const graceMs = 30_000;

/** Two paths of one unit in its map. */
function play(openCount = 0): Play {
  return Play.withPaths([facts(1), facts(2)], map(['1', '2'], { openCount }));
}

/** A probe in vain, with the array's word on the logical unit. */
function lost(scene: Play, port: number, listed?: boolean): void {
  const { key } = facts(port);
  const answer = { wwid: lu(), key, verdict: 'down' as const, outcome: 'lun-gone', latencyMs: 1, listed };
  scene.feed({ kind: 'probed', answers: [answer] });
}

const inTable = (scene: Play): number | null =>
  wantedMap(scene.unit(), scene.state.policy, scene.state.settings)?.groups.flatMap(({ paths }) => paths).length ??
  null;

const step = (scene: Play, port: number): string | undefined =>
  scene.unit().paths.find(({ key }) => key === facts(port).key)?.vanished?.step;

describe('A path that the array does not serve any more', () => {
  it('is told of once, and stays while the array has said so for less than half a minute', () => {
    const scene = play();
    lost(scene, 1, false);
    expect(scene.ids.filter((id) => id > 1000)).to.deep.equal([1025]);
    scene.at += graceMs - 1;
    lost(scene, 1, false);
    expect([scene.ids, step(scene, 1), inTable(scene)]).to.deep.equal([[], 'seen', 2]);
  });

  it('leaves the table of a unit with another path, and then its disk is deleted', () => {
    const scene = play(1);
    lost(scene, 1, false);
    scene.at += graceMs;
    lost(scene, 1, false);
    expect([step(scene, 1), inTable(scene), scene.does]).to.deep.equal(['leaving', 1, ['apply']]);
    scene.kernel(map(['2'], { openCount: 1 }));
    expect([step(scene, 1), scene.ids, scene.does]).to.deep.equal(['deleting', [1026], [`delete ${facts(1).node}`]]);
    scene.kernel(map(['2'], { openCount: 2 }));
    expect(scene.does).to.deep.equal([]);
    scene.gone(1);
    expect(scene.unit().paths).to.have.length(1);
  });

  it('is not acted on by a path that only failed: the last word was of a cable, or nobody could be asked', () => {
    const scene = play();
    lost(scene, 1);
    scene.at += graceMs;
    lost(scene, 1);
    expect([scene.unit().paths[0]?.vanished, inTable(scene)]).to.deep.equal([null, 2]);
    lost(scene, 1, false);
    scene.at += graceMs;
    lost(scene, 1);
    expect(step(scene, 1)).to.equal('seen');
  });

  for (const [how, verdict, listed] of [
    ['lists it again', 'down', true],
    ['serves it', 'up', undefined],
    ['has it on standby', 'standby', undefined],
  ] as const)
    it(`is a path like others when the array ${how}`, () => {
      const scene = play();
      lost(scene, 1, false);
      scene.at += graceMs;
      const answer = { wwid: lu(), key: facts(1).key, verdict, outcome: 'x', latencyMs: 1, listed };
      scene.feed({ kind: 'probed', answers: [answer] });
      expect(scene.unit().paths[0]?.vanished).to.equal(null);
      lost(scene, 1, false);
      expect(step(scene, 1)).to.equal('seen');
    });

  it('stays while nothing but the list speaks against it', () => {
    const scene = play();
    const answer = {
      wwid: lu(),
      key: facts(1).key,
      verdict: 'retry' as const,
      outcome: 'busy',
      latencyMs: 1,
      listed: false,
    };
    scene.feed({ kind: 'probed', answers: [answer] });
    scene.at += graceMs;
    scene.feed({ kind: 'probed', answers: [answer] });
    expect([step(scene, 1), inTable(scene)]).to.deep.equal(['confirmed', 2]);
  });

  it('stays for ever where the configuration keeps such disks', () => {
    const scene = Play.withPaths([facts(1), facts(2)], map(['1', '2']), { vanishedSec: null });
    for (const wait of [0, 1e9]) {
      scene.at += wait;
      lost(scene, 1, false);
      expect([step(scene, 1), inTable(scene)]).to.deep.equal(['seen', 2]);
    }
  });

  it('comes back into the table when the array lists it again before its disk is deleted', () => {
    const scene = play();
    lost(scene, 1, false);
    scene.at += graceMs;
    lost(scene, 1, false);
    expect(inTable(scene)).to.equal(1);
    scene.probed(1, 'up');
    expect(inTable(scene)).to.equal(2);
    scene.kernel(map(['2']));
    expect(scene.does).to.not.include(`delete ${facts(1).node}`);
  });

  describe('of a unit that is gone as a whole', () => {
    /** Both paths have vanished, and the array has said so again after a while. */
    function gone(openCount: number): Play {
      const scene = play(openCount);
      for (const port of [1, 2]) lost(scene, port, false);
      scene.at += graceMs;
      for (const port of [1, 2]) lost(scene, port, false);
      return scene;
    }

    it('goes with its map where nobody has that open, and then all disks are deleted', () => {
      const scene = gone(0);
      expect([step(scene, 1), step(scene, 2), inTable(scene)]).to.deep.equal(['leaving', 'leaving', null]);
      scene.kernel(null);
      expect(scene.does.slice(-2)).to.deep.equal([`delete ${facts(1).node}`, `delete ${facts(2).node}`]);
    });

    it('stays where somebody has the map open, until nobody has', () => {
      const scene = gone(1);
      expect([step(scene, 1), step(scene, 2), inTable(scene)]).to.deep.equal(['confirmed', 'confirmed', 2]);
      lost(scene, 1, false);
      expect(scene.does).to.deep.equal(['apply']);
      scene.kernel(map(['1F', '2F'], { openCount: 0 }));
      lost(scene, 1, false);
      expect([step(scene, 1), step(scene, 2), inTable(scene)]).to.deep.equal(['leaving', 'leaving', null]);
    });

    it('stays in the table of a map that somebody opens at the last moment', () => {
      const scene = gone(0);
      scene.kernel(map(['1', '2'], { openCount: 1 }));
      expect(scene.does.filter((what) => what.startsWith('delete'))).to.deep.equal([]);
    });

    it('is deleted at once where it never had a map', () => {
      const scene = Play.withPaths([facts(1, { state: 'offline' })]);
      lost(scene, 1, false);
      scene.at += graceMs;
      lost(scene, 1, false);
      expect(scene.does).to.include(`delete ${facts(1).node}`);
    });
  });

  it('is looked at again from the start where its disk was kept, and the reason is told once', () => {
    const scene = play();
    lost(scene, 1, false);
    scene.at += graceMs;
    lost(scene, 1, false);
    scene.kernel(map(['2']));
    for (const [reason, ids] of [
      ['it is mounted', [1027]],
      ['it is mounted', []],
      ['it is swap', [1027]],
    ] as const) {
      scene.feed({ kind: 'disk-kept', devT: facts(1).devT, reason });
      expect([scene.ids, step(scene, 1), inTable(scene)]).to.deep.equal([ids, 'seen', 2]);
    }
    const before = scene.state;
    scene.feed({ kind: 'disk-kept', devT: facts(2).devT, reason: 'it has not vanished' });
    expect(scene.state).to.equal(before);
  });
});
