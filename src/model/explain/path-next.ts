/** What will happen to a path, and when. */
import { carriers } from '../arrangement.js';
import { isAvailable, isOffline } from '../availability.js';
import type { Port } from '../ports/types.js';
import { isLockedOut } from '../reservations/standing.js';
import type { Path, Settings, Unit } from '../types.js';
import { registrationNext } from './reservation.js';
import { holdOf } from './rule.js';
import type { Circumstances, Prospect } from './types.js';
import { pathsWord } from './words.js';

/** @param port the remote port of the path; undefined where it has none */
export function pathNext(
  unit: Unit,
  path: Path,
  port: Port | undefined,
  settings: Settings,
  watcher: WatcherNow,
): readonly Prospect[] {
  if (isAvailable(path)) {
    return [...confirmation(path), ...allClear(path), ...succession(unit, path), healthCheck(settings, watcher)];
  }
  const registration = registrationNext(unit, path);
  if (isLockedOut(unit)) return registration;
  const returning = portReturn(unit, path, port);
  return [
    ...deviceReturn(path),
    ...(returning.length > 0 ? returning : [recoveryCheck(unit, path, settings, watcher)]),
    ...registration,
  ];
}

/** What the remote port of a failed path has to do with its return. */
function portReturn(unit: Unit, path: Path, port: Port | undefined): readonly Prospect[] {
  if (port === undefined) return [];
  const { name } = port.facts;
  if (port.lostSince !== null) {
    return [{ code: 'port-return', at: null, text: `it is probed at once when remote port ${name} is back` }];
  }
  const hold = holdOf(unit, path, port);
  if (hold === null) return [];
  const { number } = path.facts;
  return [
    {
      code: 'hold-end',
      at: hold.until,
      text: `if remote port ${name} stays, it is probed then, and a good probe brings it back; "spscmd failback ${number}" does so now`,
    },
  ];
}

function allClear({ marginal }: Path): readonly Prospect[] {
  if (marginal === null) return [];
  const text = 'it is used as before when the fabric gives the all-clear, or its remote port has been lost and is back';
  return [{ code: 'all-clear', at: null, text }];
}

type WatcherNow = Circumstances['watcher'];

const NO_WATCHER = 'the path watcher is not connected; start ispmwatcher';

function deviceReturn(path: Path): readonly Prospect[] {
  if (!isOffline(path)) return [];
  return [
    { code: 'device-return', at: null, text: `it is probed at once when its device is no longer ${path.facts.state}` },
  ];
}

function recoveryCheck({ seeking }: Unit, { facts, enabled }: Path, settings: Settings, watcher: WatcherNow): Prospect {
  if (!watcher.connected) return { code: 'no-watcher', at: null, text: `nothing brings it back: ${NO_WATCHER}` };
  if (!settings.watcher.recoveryCheck) {
    return {
      code: 'no-recovery-check',
      at: null,
      text: `nothing brings it back by itself: the recovery check is off; "spscmd failback ${facts.number}" probes it now`,
    };
  }
  const comesBack = enabled && settings.failback === 'active' ? 'enabled' : 'disabled';
  const mode = enabled && comesBack === 'disabled' ? ', as the failback mode is standby' : '';
  const back = `a good probe brings it back, ${comesBack}${mode}`;
  return seeking?.at == null
    ? { code: 'recovery-check', at: watcher.nextRoundAt, text: `the patrol probes it; ${back}` }
    : { code: 'no-path-check', at: seeking.at, text: `no path is left, so it is probed again and again; ${back}` };
}

function confirmation({ reinstating, suspicion }: Path): readonly Prospect[] {
  const prospects: Prospect[] = [];
  if (reinstating !== null) {
    prospects.push({
      code: 'reinstating',
      at: null,
      text: 'the kernel is to use it again and has not confirmed that yet',
    });
  }
  if (suspicion !== null) {
    prospects.push({
      code: 'suspicion',
      at: null,
      text: 'a good probe clears it; without one it counts as failed as soon as another path is good',
    });
  }
  return prospects;
}

/** Who takes over from whom. */
function succession(unit: Unit, path: Path): readonly Prospect[] {
  const carrying = carriers(unit);
  const heirs = carriers({ ...unit, paths: unit.paths.filter((each) => !carrying.includes(each)) });
  if (carrying.includes(path)) return [failover(path, carrying, heirs)];
  return heirs.includes(path)
    ? [{ code: 'heir', at: null, text: `it takes over when ${pathsWord(carrying)} can no longer be used` }]
    : [
        {
          code: 'later-heir',
          at: null,
          text: `it takes over when none of ${pathsWord([...carrying, ...heirs])} can be used`,
        },
      ];
}

function failover(path: Path, carrying: readonly Path[], heirs: readonly Path[]): Prospect {
  const sharing = carrying.filter((each) => each !== path);
  if (sharing.length > 0)
    return { code: 'shared-on', at: null, text: `if it fails, the I/O goes on by ${pathsWord(sharing)}` };
  if (heirs.length > 0)
    return { code: 'failover', at: null, text: `if it fails, the I/O moves to ${pathsWord(heirs)}` };
  return { code: 'no-heir', at: null, text: 'if it fails, no path is left' };
}

function healthCheck(settings: Settings, watcher: WatcherNow): Prospect {
  if (!watcher.connected) return { code: 'no-watcher', at: null, text: `it is not probed: ${NO_WATCHER}` };
  if (!settings.watcher.healthCheck) {
    return { code: 'no-health-check', at: null, text: 'it is not probed while it is healthy: the health check is off' };
  }
  return {
    code: 'health-check',
    at: watcher.nextRoundAt,
    text: `the patrol probes it if it has carried no I/O for more than ${String(settings.watcher.thresholdSec)} s`,
  };
}
