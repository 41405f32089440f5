import { expect } from 'chai';
import type { PathView, SettingsView, UnitView } from '../../../src/model/view.js';
import { IdleClock } from '../../../src/services/watcher/idle-clock.js';
import { patrolTargets } from '../../../src/services/watcher/patrol.js';

const both: SettingsView['watcher'] = {
  healthCheck: true,
  recoveryCheck: true,
  intervalSec: 60,
  thresholdSec: 60,
  timeoutSec: 120,
};

function unit(...states: PathView['state'][]): UnitView {
  return { wwid: 'w', paths: states.map((state, index) => ({ key: String(index), state })) } as unknown as UnitView;
}

describe('Patrol', () => {
  const cases: readonly {
    name: string;
    state: PathView['state'];
    idle: number | null;
    watcher?: Partial<SettingsView['watcher']>;
    check: string | null;
  }[] = [
    { name: 'probes a failed path', state: 'failed', idle: 0, check: 'recovery' },
    {
      name: 'does not probe a failed path without recovery check',
      state: 'failed',
      idle: 0,
      watcher: { recoveryCheck: false },
      check: null,
    },
    { name: 'probes an idle path', state: 'active', idle: 60_001, check: 'health' },
    { name: 'probes an idle path that is in use', state: 'in-use', idle: 60_001, check: 'health' },
    { name: 'probes an idle standby path', state: 'standby', idle: 60_001, check: 'health' },
    { name: 'leaves a path at the threshold alone', state: 'active', idle: 60_000, check: null },
    { name: 'leaves a busy path alone: its own I/O proves it', state: 'in-use', idle: 0, check: null },
    { name: 'leaves a path alone whose idle time is not known yet', state: 'active', idle: null, check: null },
    {
      name: 'does not probe without health check',
      state: 'active',
      idle: 99_999,
      watcher: { healthCheck: false },
      check: null,
    },
    {
      name: 'probes each path that is idle at all with threshold 0',
      state: 'active',
      idle: 1,
      watcher: { thresholdSec: 0 },
      check: 'health',
    },
  ];
  for (const { name, state, idle, watcher, check } of cases) {
    it(name, () => {
      const targets = patrolTargets([unit(state)], { ...both, ...watcher }, () => idle);
      expect(targets.map((target) => target.check)).to.deep.equal(check === null ? [] : [check]);
    });
  }

  it('considers every path of every unit', () => {
    const units = [unit('failed', 'active'), unit('failed')];
    expect(patrolTargets(units, both, () => 0)).to.have.length(2);
  });
});

describe('IdleClock', () => {
  it('knows nothing at the first reading, then counts from the last change of the counters', () => {
    const idle = new IdleClock();
    expect(idle.reading('8:0', { completed: 5, inFlight: 0 }, 1000)).to.equal(null);
    expect(idle.reading('8:0', { completed: 5, inFlight: 0 }, 1500)).to.equal(500);
    expect(idle.reading('8:0', { completed: 6, inFlight: 0 }, 2000)).to.equal(0);
    expect(idle.reading('8:0', { completed: 6, inFlight: 0 }, 2250)).to.equal(250);
  });

  it('takes a request in flight for I/O, however long it hangs', () => {
    const idle = new IdleClock();
    idle.reading('8:0', { completed: 5, inFlight: 0 }, 0);
    expect(idle.reading('8:0', { completed: 5, inFlight: 1 }, 90_000)).to.equal(0);
  });

  it('starts afresh for a device number that was gone in between', () => {
    const idle = new IdleClock();
    idle.reading('8:0', { completed: 5, inFlight: 0 }, 0);
    idle.keepOnly(new Set());
    expect(idle.reading('8:0', { completed: 5, inFlight: 0 }, 90_000)).to.equal(null);
  });
});
