/** What was seen of a path, and what will happen to it. */
import { expect } from 'chai';
import type { EventRecord } from '../../../../src/model/catalogue.js';
import { pathNext } from '../../../../src/model/explain/path-next.js';
import { seenOf } from '../../../../src/model/explain/seen.js';
import type { Circumstances } from '../../../../src/model/explain/types.js';
import type { Settings } from '../../../../src/model/types.js';
import { circumstances } from '../../../support/circumstances.js';
import { facts, lu, map, Play } from '../../../support/model-play.js';

const two = () => Play.withPaths([facts(1), facts(2)], map(['1', '2']), { selectors: ['round-robin', 'queue-length'] });
const record = (id: EventRecord['id'], at: number, detail = ''): EventRecord => {
  return { id, at, wwid: lu(), unit: null, path: facts(1).number, detail };
};

function seen(play: Play, port: number, records: readonly EventRecord[] = [], changes: Partial<Circumstances> = {}) {
  const path = play.path(port);
  const remote = play.state.ports.get(path.facts.remotePort ?? '');
  return seenOf(play.unit(), path, remote, circumstances(play.at, records, changes)).map(
    ({ kind, at, text }) => `${kind} ${at === null ? '-' : String(at - 1_000_000)} ${text}`,
  );
}

describe('What is seen of a path', () => {
  it('is next to nothing of one that has just come', () => {
    expect(seen(Play.withPaths([facts(1, { portGroup: null })]), 1)).to.deep.equal([
      'probe - no probe has ended since the controller started',
      'enablement - enabled since before the controller started, or since its discovery',
      'access - the array tells no access state',
      'kernel - the kernel has no map yet',
      'device - device "sdb" is running',
    ]);
  });

  it('is its last probe, and one that has not ended', () => {
    const play = two();
    play.at += 5;
    play.probed(1, 'up', 'good');
    expect(seen(play, 1, [], { probeAskedAt: () => play.at + 2 }).slice(0, 2)).to.deep.equal([
      'probe 7 a probe was asked for and has not ended yet',
      'probe 5 last probe: up (good), after 1.0 ms',
    ]);
  });

  it('is the failure that lasts, told once, with the number of failures', () => {
    const play = two();
    play.kernel(map(['1F1', '2']));
    expect(seen(play, 1, [record(270, play.at, 'I/O failed')]).slice(1, 3)).to.deep.equal([
      'failure 0 failed by the kernel: I/O failed, fail count 1',
      'enablement - enabled since before the controller started, or since its discovery',
    ]);
    play.probed(1, 'up');
    play.at += 9;
    play.kernel(map(['1F2', '2']));
    expect(seen(play, 1)).to.include(
      'failure 9 failed by the kernel: I/O failed, fail count 2, failure 2 since the controller started',
    );
  });

  it('is what the kernel and others said before, newest first as the records come', () => {
    const records = [record(273, 50), record(271, 40, 'probe: timeout'), record(1001, 0, 'sdb, i1 to t1')];
    expect(seen(two(), 1, records).slice(1, 4)).to.deep.equal([
      'event -999950 Automatic failback done',
      'event -999960 Path error reported by a probe: probe: timeout',
      'event -1000000 Path added: sdb, i1 to t1',
    ]);
  });

  it('is a suspicion', () => {
    const play = two();
    play.probed(1, 'down', 'timeout');
    play.probed(2, 'down', 'timeout');
    expect(seen(play, 2)).to.include('suspicion 0 suspected by the probe: probe: timeout');
  });

  it('is who enabled or disabled it', () => {
    const play = two();
    const enabled = record(275, 3, 'enabled');
    const disabled = record(275, 2, 'disabled');
    expect(seen(play, 1, [enabled, disabled])).to.include('enablement -999997 enabled by an operator');
    play.ask('disable', 'sdb');
    expect(seen(play, 1, [disabled, enabled])).to.include('enablement -999998 disabled by an operator');
    expect(seen(play, 1, [record(263, 7), enabled])).to.include(
      'enablement -999993 disabled as it came back: the failback mode was standby',
    );
    expect(seen(play, 1, [enabled])).to.include(
      'enablement - disabled since before the controller started, or since its discovery',
    );
  });

  it('is its access state, and by whose word', () => {
    const play = two();
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 1, state: 'non-optimized' }] });
    expect(seen(play, 1)).to.include('access - access state non-optimized, target port group 1');
    play.probed(2, 'standby', 'port in standby');
    expect(seen(play, 2)).to.include('access - access state standby, as a probe was answered, target port group 2');
  });

  it("is the kernel's word", () => {
    const play = two();
    expect(seen(play, 1)).to.include('kernel - the kernel has it active, fail count 0 since its table was loaded');
    play.kernel(map(['1F4']));
    expect(seen(play, 1)).to.include('kernel - the kernel has it failed, fail count 4 since its table was loaded');
    expect(seen(play, 2)).to.include("kernel - it is not in the kernel's table");
  });
});

describe('What happens next to a path', () => {
  const now = { connected: true, nextRoundAt: 77 };
  const next = (play: Play, port: number, watcher: Circumstances['watcher'] = now, settings: Partial<Settings> = {}) =>
    pathNext(
      play.unit(),
      play.path(port),
      play.state.ports.get(facts(port).remotePort ?? ''),
      { ...play.state.settings, ...settings },
      watcher,
    );
  const failed = (): Play => {
    const play = two();
    play.kernel(map(['1F1', '2']));
    return play;
  };
  const patrol = (fields: Partial<Settings['watcher']>): Partial<Settings> => {
    return { watcher: { ...new Play().state.settings.watcher, ...fields } };
  };

  it('is the next round of the patrol, which can bring it back', () => {
    expect(next(failed(), 1)).to.deep.equal([
      { code: 'recovery-check', at: 77, text: 'the patrol probes it; a good probe brings it back, enabled' },
    ]);
  });

  it('is a probe long before that where no path is left', () => {
    const play = failed();
    play.kernel(map(['1F1', '2F']));
    expect(next(play, 1)).to.deep.equal([
      {
        code: 'no-path-check',
        at: play.at + 100,
        text: 'no path is left, so it is probed again and again; a good probe brings it back, enabled',
      },
    ]);
  });

  it('brings it back disabled where it was, and where the failback mode says so', () => {
    const play = failed();
    expect(next(play, 1, now, { failback: 'standby' })[0]?.text).to.equal(
      'the patrol probes it; a good probe brings it back, disabled, as the failback mode is standby',
    );
    play.ask('disable', 'sdb');
    expect(next(play, 1, now, { failback: 'standby' })[0]?.text).to.equal(
      'the patrol probes it; a good probe brings it back, disabled',
    );
  });

  it('is nothing without a watcher, or without the recovery check', () => {
    expect(next(failed(), 1, { connected: false, nextRoundAt: null })).to.deep.equal([
      {
        code: 'no-watcher',
        at: null,
        text: 'nothing brings it back: the path watcher is not connected; start ispmwatcher',
      },
    ]);
    expect(next(failed(), 1, now, patrol({ recoveryCheck: false }))).to.deep.equal([
      {
        code: 'no-recovery-check',
        at: null,
        text: 'nothing brings it back by itself: the recovery check is off; "spscmd failback 1:0:0:0" probes it now',
      },
    ]);
  });

  it('is a probe at the return of its device', () => {
    const play = two();
    play.present(facts(1, { state: 'transport-offline' }));
    expect(next(play, 1)[0]).to.deep.equal({
      code: 'device-return',
      at: null,
      text: 'it is probed at once when its device is no longer transport-offline',
    });
  });

  it("is the kernel's confirmation after a good probe", () => {
    const play = failed();
    play.probed(1, 'up');
    expect(next(play, 1).map(({ code }) => code)).to.deep.equal(['reinstating', 'failover', 'health-check']);
  });

  it('is a good probe or the end for one that is suspected', () => {
    const play = failed();
    play.probed(2, 'down');
    expect(next(play, 2).map(({ code, text }) => [code, text])).to.deep.equal([
      ['suspicion', 'a good probe clears it; without one it counts as failed as soon as another path is good'],
      ['no-heir', 'if it fails, no path is left'],
      ['health-check', 'the patrol probes it if it has carried no I/O for more than 60 s'],
    ]);
  });

  it('is who takes over from whom', () => {
    const play = Play.withPaths([facts(1), facts(2), facts(3)], map(['1', '2', '3']), {
      selectors: ['round-robin', 'queue-length'],
    });
    const texts = [1, 2, 3].map((port) => next(play, port)[0]?.text);
    expect(texts).to.deep.equal([
      'if it fails, the I/O moves to path 2:0:0:0',
      'it takes over when path 1:0:0:0 can no longer be used',
      'it takes over when none of paths 1:0:0:0 and 2:0:0:0 can be used',
    ]);
  });

  it('is who goes on where several carry the I/O', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1 2']));
    expect(next(play, 1)[0]).to.deep.equal({
      code: 'shared-on',
      at: null,
      text: 'if it fails, the I/O goes on by path 2:0:0:0',
    });
  });

  it('is no check of a healthy path without a watcher, or without the health check', () => {
    expect(next(two(), 1, { connected: false, nextRoundAt: null })[1]?.code).to.equal('no-watcher');
    expect(next(two(), 1, now, patrol({ healthCheck: false }))[1]).to.deep.equal({
      code: 'no-health-check',
      at: null,
      text: 'it is not probed while it is healthy: the health check is off',
    });
  });
});
