/** What an operator asks of a unit as a whole or of the system: what it changes, what is recorded, why it is refused. */
import { expect } from 'chai';
import { parsePathSelector } from '../../../src/model/path-selector.js';
import type { Request } from '../../../src/model/types.js';
import { facts, lu, map, Play } from '../../support/model-play.js';

const plain = { selectors: ['round-robin' as const, 'queue-length' as const] };
const sel = parsePathSelector;
const applied = (play: Play) => play.feed({ kind: 'applied', wwid: lu() });
const refused = (play: Play) =>
  play.feed({ kind: 'apply-failed', wwid: lu(), code: 'DM_IOCTL', message: 'the kernel returned EBUSY (16)' });

/** Units 0 and 1, each with paths through ports 1, 2 and 3, not balanced. */
function system(): Play {
  const paths = [0, 1].flatMap((index) => [1, 2, 3].map((port) => facts(port, {}, index)));
  const play = Play.withPaths(paths, map(['1', '2', '3']), plain);
  play.kernel(map(['1', '2', '3'], {}, 1), 1);
  return play;
}

const told = (play: Play) => play.records.map((record) => [record.id, record.path, record.detail]);

describe('-lbmode', () => {
  const balance = (play: Play, path: string, mode: (Request & { kind: 'set-balance' })['mode']) =>
    play.request({ kind: 'set-balance', path: sel(path), mode });

  it('sets the mode of the unit, and records it', () => {
    const play = system();
    balance(play, '2:0:0:0', 'queue-length');
    expect(play.shown()).to.equal('1>=3 2>=2 3>=1');
    expect(told(play)).to.deep.equal([[267, null, 'from none to queue-length']]);
    applied(play);
    expect(told(play)).to.deep.equal([[268, null, 'from none to queue-length']]);
    balance(play, ':0:0:0', 'none');
    refused(play);
    expect(play.ids).to.deep.equal([1009, 269]);
  });

  it('is remembered as a choice, also where it changes nothing', () => {
    const play = system();
    expect(balance(play, '1:0:0:0', 'none').effects).to.deep.equal([{ kind: 'save' }]);
    expect(balance(play, '1:0:0:0', 'none').effects).to.deep.equal([]);
  });

  it('is refused for a selector that the kernel lacks, for several units, and in cluster mode', () => {
    const play = system();
    expect(balance(play, '1:0:0:0', 'historical-service-time').refusal?.message).to.equal(
      'Cannot balance LogicalUnit #0 by "historical-service-time": the running kernel has only round-robin, queue-length; choose one of these',
    );
    expect(balance(play, '1:::', 'none').refusal?.message).to.equal(
      '"1:::" must name paths of one logical unit and names 1:0:0:0, 1:0:0:1; give one in full',
    );
    play.request({ kind: 'set-cluster', on: true });
    expect(balance(play, '1:0:0:0', 'round-robin').refusal?.message).to.equal(
      'Cannot balance LogicalUnit #0: cluster mode is on and excludes dynamic balancing; switch it off first, or allow balancing by "spscmd setmscsmode Enable --with-balancing"',
    );
    expect(balance(play, '1:0:0:0', 'none').refusal).to.equal(null);
  });
});

describe('-failback', () => {
  const failed = (): Play => {
    const play = system();
    play.kernel(map(['1F', '2', '3F']));
    return play;
  };

  it('probes the path and brings it back, with records of its own', () => {
    const play = failed();
    play.ask('failback', '1:0:0:0');
    expect(told(play)).to.deep.equal([[261, '1:0:0:0', '']]);
    expect([play.does, play.last.touched]).to.deep.equal([['probe 1 failback'], [lu()]]);
    applied(play);
    expect(play.ids).to.deep.equal([]);
    play.probed(1, 'up');
    expect(play.ids).to.deep.equal([]);
    play.kernel(map(['1', '2', '3F']));
    expect(told(play)).to.deep.equal([[263, '1:0:0:0', '']]);
    expect(play.unit().pending).to.deep.equal([]);
  });

  for (const [what, act, detail] of [
    ['the probe says down', (play) => play.probed(1, 'down', 'no answer'), 'probe: no answer'],
    [
      'the port stands by',
      (play) => play.probed(1, 'standby', 'not ready'),
      'probe: not ready; its target port stands by',
    ],
    ['the path is removed', (play) => play.gone(1), 'the path was removed'],
  ] as const satisfies readonly (readonly [string, (play: Play) => unknown, string])[]) {
    it(`fails where ${what}`, () => {
      const play = failed();
      play.ask('failback', '1:0:0:0');
      act(play);
      expect(play.records.find((record) => record.id === 262)?.detail).to.equal(detail);
      expect(play.unit().pending).to.deep.equal([]);
    });
  }

  it('fails where the kernel fails the path again, or refuses to take it', () => {
    const again = failed();
    again.ask('failback', '1:0:0:0');
    again.probed(1, 'up');
    again.kernel(map(['1F2', '2', '3F']));
    expect(again.ids).to.deep.equal([270, 262, 257, 258, 278]);
    const refusing = failed();
    refusing.ask('failback', '1:0:0:0');
    refusing.probed(1, 'up');
    refused(refusing);
    expect(refusing.ids).to.deep.equal([1009, 270, 262, 257, 258, 278]);
  });

  it('fails without failing the path where the kernel has it active but refuses something else', () => {
    const play = Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
    play.probed(1, 'down');
    play.ask('failback', '1:0:0:0');
    play.probed(1, 'up');
    refused(play);
    expect(play.ids).to.deep.equal([1009, 262]);
    expect(play.shown()).to.equal('1>=2 2=1');
  });

  it('stays pending while a probe proves nothing, and is not recorded twice', () => {
    const play = failed();
    play.ask('failback', '1:0:0:0');
    play.probed(1, 'retry');
    expect(play.unit().pending).to.have.length(1);
    play.ask('failback', '1:0:0:0');
    expect([play.ids, play.does]).to.deep.equal([[], ['probe 1 failback']]);
  });

  it('is automatic where an operator asked for something else of the path', () => {
    const play = failed();
    play.ask('disable', '1:0:0:0');
    play.probed(1, 'up');
    expect(play.ids).to.deep.equal([272]);
    play.ask('disable', '3:0:0:0');
    play.ask('failback', '3:0:0:0');
    expect(play.ids).to.deep.equal([261]);
  });

  it('of all, or by a pattern, probes every failed path there is', () => {
    const play = failed();
    play.kernel(map(['1', '2F', '3'], {}, 1), 1);
    play.request({ kind: 'failback', path: null });
    expect(play.does).to.deep.equal(['probe 1 failback', 'probe 3 failback', 'probe 2 failback']);
    expect(play.last.touched).to.deep.equal([lu(0), lu(1)]);
    play.ask('failback', '3:::');
    expect(play.does).to.deep.equal(['probe 3 failback']);
    play.ask('failback', '2:0:0:');
    expect([play.last.refusal, play.does]).to.deep.equal([null, ['probe 2 failback']]);
  });

  it('is refused for a path that is not failed or not there', () => {
    const play = failed();
    play.ask('failback', '2:0:0:0');
    expect(play.last.refusal?.message).to.equal('Cannot fail back "2:0:0:0": the path is not failed');
    play.ask('failback', '9:0:0:0');
    expect(play.last.refusal?.message).to.equal(
      'No path is named by "9:0:0:0"; "spscmd getlun" lists the paths there are',
    );
  });

  it('in mode "standby" brings a path back disabled, also by itself', () => {
    const play = failed();
    play.request({ kind: 'set-failback', mode: 'standby' });
    play.probed(1, 'up');
    expect(play.shown()).to.equal('1@=3 2>=2 3X=1');
    expect(play.does).to.deep.equal(['reinstate 8:16 in lu0', 'apply', 'save']);
    play.kernel(map(['1', '2', '3F']));
    expect(told(play)).to.deep.equal([[273, '1:0:0:0', 'disabled, as the failback mode says']]);
  });
});

describe('-setfbmode', () => {
  it('is recorded and saved once', () => {
    const play = system();
    play.request({ kind: 'set-failback', mode: 'standby' });
    expect([told(play), play.does]).to.deep.equal([[[277, null, 'failback: standby']], ['save']]);
    expect(play.request({ kind: 'set-failback', mode: 'standby' }).effects).to.deep.equal([]);
  });
});

describe('-setmscsmode', () => {
  it('is recorded, saved and carried out once', () => {
    const play = system();
    play.request({ kind: 'set-cluster', on: true });
    expect([told(play), play.does]).to.deep.equal([[[277, null, 'cluster mode: on']], ['apply', 'apply', 'save']]);
    expect(play.request({ kind: 'set-cluster', on: true }).effects).to.deep.equal([]);
    play.request({ kind: 'set-cluster', on: false });
    expect(told(play)).to.deep.equal([[277, null, 'cluster mode: off']]);
  });

  it('is refused while units are balanced, which are named; one that is away comes back not balanced', () => {
    const play = Play.withPaths([0, 1, 2].flatMap((index) => [facts(1, {}, index), facts(2, {}, index)]));
    play.gone(1, 2);
    play.gone(2, 2);
    expect(play.request({ kind: 'set-cluster', on: true }).refusal?.message).to.equal(
      'Cannot switch cluster mode on: LogicalUnit #0, LogicalUnit #1 use dynamic balancing; set their balancing mode to 0 first, or allow it with --with-balancing',
    );
    for (const path of ['1:0:0:0', '1:0:0:1']) play.request({ kind: 'set-balance', path: sel(path), mode: 'none' });
    play.request({ kind: 'set-cluster', on: true });
    expect([play.last.refusal, play.unit(2).balance]).to.deep.equal([null, 'none']);
  });
});

describe('-setmscsmode --with-balancing', () => {
  const set = (play: Play, on: boolean, balancing?: boolean) => play.request({ kind: 'set-cluster', on, balancing });
  const balanced = () => Play.withPaths([facts(1), facts(2)], map(['1 2']));

  it('leaves balanced units as they are, and lets others be balanced', () => {
    const play = balanced();
    set(play, true, true);
    expect([told(play), play.unit().balance]).to.deep.equal([
      [[277, null, 'cluster mode: on, balancing allowed']],
      'service-time',
    ]);
    const path = sel('1:0:0:0');
    expect(play.request({ kind: 'set-balance', path, mode: 'queue-length' }).refusal).to.equal(null);
    // Not named: it stays as it is.
    expect(set(play, true).effects).to.deep.equal([]);
  });

  it('is taken back like the mode itself: not while units are balanced', () => {
    const play = balanced();
    set(play, true, true);
    expect(set(play, true, false).refusal?.code).to.equal('CLUSTER_MODE');
    play.request({ kind: 'set-balance', path: sel('1:0:0:0'), mode: 'none' });
    set(play, true, false);
    expect(play.state.settings).to.include({ cluster: true, clusterBalancing: false });
  });

  it('goes with the mode', () => {
    const play = balanced();
    set(play, true, true);
    set(play, false);
    expect(play.state.settings).to.include({ cluster: false, clusterBalancing: false });
    expect(set(play, false, true).effects).to.deep.equal([]);
    expect(set(play, true).refusal?.code).to.equal('CLUSTER_MODE');
  });

  it('travels with the settings, and balanced units with it', () => {
    const play = balanced();
    const units = { [lu()]: { balance: 'service-time' as const } };
    const settings = { version: 1 as const, cluster: true, clusterBalancing: true, units };
    const whole = { kind: 'import' as const, settings, skipMissing: false, force: false };
    expect(play.request(whole).refusal).to.equal(null);
    expect(play.state.settings).to.include({ cluster: true, clusterBalancing: true });
    expect(play.request({ ...whole, settings: { ...settings, clusterBalancing: false } }).refusal?.code).to.equal(
      'CLUSTER_MODE',
    );
    // Left out: it stays as it is.
    expect(play.request({ ...whole, settings: { version: 1, cluster: true } }).effects).to.deep.equal([]);
  });
});

describe('-setwatcher', () => {
  const set = (play: Play, watcher: (Request & { kind: 'set-watcher' })['watcher']) =>
    play.request({ kind: 'set-watcher', watcher });

  it('changes the fields that are given', () => {
    const play = system();
    set(play, { thresholdSec: 90 });
    expect(play.state.settings.watcher).to.deep.equal({
      healthCheck: true,
      recoveryCheck: true,
      intervalSec: 60,
      thresholdSec: 90,
      timeoutSec: 120,
    });
    expect(told(play)).to.deep.equal([
      [277, null, 'path watcher: health check and recovery check, interval 60 s, threshold 90 s, time-out 120 s'],
    ]);
    set(play, { healthCheck: false, intervalSec: 1, thresholdSec: 0, timeoutSec: 600 });
    expect(play.records[0]?.detail).to.match(/^path watcher: recovery check, interval 1 s/);
    set(play, { recoveryCheck: false });
    expect(play.records[0]?.detail).to.match(/^path watcher: no check, /);
    expect(set(play, {}).effects).to.deep.equal([]);
  });

  for (const [field, value, message] of [
    ['intervalSec', 0, 'Request interval (field 2) 0 is not a number of seconds from 1 to 3600'],
    ['intervalSec', 3601, 'Request interval (field 2) 3601 is not a number of seconds from 1 to 3600'],
    ['thresholdSec', -1, 'Idle threshold (field 3) -1 is not a number of seconds from 0 to 3600'],
    ['timeoutSec', 601, 'Time-out (field 4) 601 is not a number of seconds from 1 to 600'],
    ['timeoutSec', 1.5, 'Time-out (field 4) 1.5 is not a number of seconds from 1 to 600'],
  ] as const) {
    it(`is refused for ${field} ${String(value)}`, () => {
      const play = system();
      expect(set(play, { healthCheck: false, [field]: value }).refusal?.message).to.equal(message);
      expect(play.state.settings.watcher.healthCheck).to.equal(true);
    });
  }
});
