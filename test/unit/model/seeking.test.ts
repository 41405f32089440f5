/** A unit without a path: when its paths are probed. */
import { expect } from 'chai';
import { facts, lostPort, map, Play, rport } from '../../support/model-play.js';

/** Two paths of one unit, both failed at 2 000 000. */
function lost(): Play {
  const play = Play.withPaths([facts(1), facts(2)], map(['1 2']), { noPath: { mode: 'queue' } });
  play.port(rport(1));
  play.port(rport(2));
  play.at = 2_000_000;
  play.kernel(map(['1F 2F']));
  return play;
}

/** Goes to the next wake that was asked for, and gives the milliseconds until then. */
function toWake(play: Play): number {
  const wake = play.last.effects.find((effect) => effect.kind === 'wake');
  if (wake === undefined) throw new Error('no wake was asked for');
  const waited = wake.at - play.at;
  play.at = wake.at;
  play.feed({ kind: 'tick' });
  return waited;
}

const both = ['probe 1 no-path', 'probe 2 no-path'];
const probes = (play: Play): readonly string[] => play.does.filter((each) => each.startsWith('probe'));

describe('The paths of a unit without a path', () => {
  it('are probed at once, and again at intervals that grow up to five seconds', () => {
    const play = lost();
    expect(probes(play)).to.deep.equal(both);
    for (const waits of [100, 200, 400, 800, 1600, 3200, 5000, 5000]) {
      expect(toWake(play)).to.equal(waits);
      expect(play.does.slice(0, 2)).to.deep.equal(both);
      expect(play.last.changed).to.deep.equal([]);
    }
  });

  it('are probed no more when one is back', () => {
    const play = lost();
    play.at += 50;
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1>=2 2X=1');
    play.kernel(map(['1 2F']));
    play.at += 50;
    play.feed({ kind: 'tick' });
    expect(play.does).to.deep.equal([]);
    expect(play.unit().seeking?.at).to.equal(null);
  });

  it('are probed later and later where the I/O fails after each good probe', () => {
    const play = lost();
    const waits = [1, 2, 3, 4, 5, 6, 7].map((count) => {
      play.probed(1, 'up');
      play.kernel(map([`1 2F`]));
      play.kernel(map([`1F${String(count + 1)} 2F`]));
      expect(probes(play)).to.deep.equal([]);
      return toWake(play);
    });
    expect(waits).to.deep.equal([200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('are probed at once again when the return has lasted', () => {
    for (const [lastedMs, probed] of [
      [9_999, []],
      [10_000, both],
    ] as const) {
      const play = lost();
      play.probed(1, 'up');
      play.kernel(map(['1 2F']));
      play.at += lastedMs;
      play.kernel(map(['1F2 2F']));
      expect(probes(play), `${String(lastedMs)} ms`).to.deep.equal(probed);
    }
  });

  it('are left alone while their remote port is lost, whose return has them probed', () => {
    const play = lost();
    play.port(lostPort(1));
    play.at += 100;
    play.feed({ kind: 'tick' });
    expect(probes(play)).to.deep.equal(['probe 2 no-path']);
    play.port(rport(1));
    expect(probes(play)).to.deep.equal(['probe 1 transport']);
  });

  it('are left alone where the recovery check is off, and probed when it is on again', () => {
    const play = lost();
    play.request({ kind: 'set-watcher', watcher: { recoveryCheck: false } });
    expect(play.unit().seeking?.at).to.equal(null);
    play.at += 20_000;
    play.feed({ kind: 'tick' });
    expect(probes(play)).to.deep.equal([]);
    play.request({ kind: 'set-watcher', watcher: { recoveryCheck: true } });
    expect(probes(play)).to.deep.equal(both);
  });

  it('are no reason to wake where none is left in the system', () => {
    const play = lost();
    play.gone(1);
    play.gone(2);
    expect(play.unit().seeking?.at).to.equal(null);
  });

  it('are probed once where they are asked for something else as well', () => {
    const play = lost();
    play.ask('failback', '1:0:0:0');
    play.at += 100;
    play.feed({ kind: 'tick' });
    expect(probes(play)).to.deep.equal(both);
    const found = new Play();
    found.feed({ kind: 'inventory', paths: [facts(1)], maps: [map(['1F'])] });
    expect(probes(found)).to.deep.equal(['probe 1 appeared']);
  });

  it('are probed in time where the clock was put back', () => {
    const play = lost();
    play.at -= 3_600_000;
    play.feed({ kind: 'tick' });
    expect(probes(play)).to.deep.equal(both);
    expect(toWake(play)).to.equal(200);
  });

  it('are probed also when the waiting of its I/O ends in the same moment', () => {
    const play = Play.withPaths([facts(1)], map(['1']), { noPath: { mode: 'queue-for', seconds: 5 } });
    play.kernel(map(['1F']));
    play.at += 5_000;
    play.feed({ kind: 'tick' });
    expect([play.ids, probes(play)]).to.deep.equal([[1008], ['probe 1 no-path']]);
    expect(toWake(play)).to.equal(200);
  });
});
