/** Time limits that fight each other: of the kernel, of the transports, of the patrol and of the no-path policy. */
import type { Check, DoctorFacts, PathLimits } from './types.js';
import { finding, findingOf, limitsOf, liveUnits, shortened, unitsWord } from './units.js';

/** From here on applications feel that I/O waits for a lost iSCSI session instead of moving to another path. */
const LONG_RECOVERY_SEC = 20;

export const probeShorterThanIo: Check = (facts) => {
  const { timeoutSec } = facts.state.settings.watcher;
  const longest = (path: Parameters<typeof limitsOf>[1]): number =>
    Math.max(0, ...limitsOf(facts, path).map((limits) => limits.timeoutSec ?? 0));
  const units = liveUnits(facts).filter(({ paths }) => longest(paths) > timeoutSec);
  return findingOf(units, (all) => ({
    code: 'probe-shorter-than-io',
    severity: 'warning',
    what: `The patrol gives a path up after ${seconds(timeoutSec)} (f4), but the kernel gives each I/O ${seconds(Math.max(...all.map(({ paths }) => longest(paths))))} on ${unitsWord(all)}.`,
    means: 'Where the array is slow, probes fail paths whose I/O would still have ended, and paths go and come.',
    mend: 'Give the patrol more time with "spscmd setwatcher", or the disks less in their sysfs attribute device/timeout.',
  }));
};

export const unevenTimeouts: Check = (facts) => {
  const units = liveUnits(facts).filter(
    ({ paths }) => new Set(limitsOf(facts, paths).flatMap(({ timeoutSec }) => timeoutSec ?? [])).size > 1,
  );
  return findingOf(units, (all) => ({
    code: 'uneven-io-time-outs',
    severity: 'info',
    what: `The paths of ${unitsWord(all)} have different time-outs for an I/O.`,
    means: 'How long an I/O can hang before it moves on depends on the path that it was on.',
    mend: 'Set one value in device/timeout of all disks, by a udev rule of yours.',
  }));
};

export const fastIoFailOff: Check = (facts) =>
  ofPorts(
    facts,
    ({ fastIoFailSec }) => fastIoFailSec === null,
    (ports, devLoss) => ({
      code: 'fast-io-fail-off',
      severity: 'warning',
      what: `fast_io_fail_tmo is off for ${ports}.`,
      means: `When a remote port is lost, its I/O waits until the port is given up (dev_loss_tmo, ${devLoss}) instead of moving to another path.`,
      mend:
        facts.state.policy.ports.fastIoFail === 'off'
          ? 'Set fibreChannel.fastIoFail to adaptive in the configuration.'
          : 'The controller sets it when the port is there and the kernel takes it; the log of pathmanagerd tells where that failed.',
    }),
  );

export const fastIoFailLate: Check = (facts) =>
  ofPorts(
    facts,
    ({ fastIoFailSec, devLossSec }) => fastIoFailSec !== null && devLossSec !== null && fastIoFailSec >= devLossSec,
    (ports, devLoss) => ({
      code: 'fast-io-fail-late',
      severity: 'warning',
      what: `fast_io_fail_tmo is not shorter than dev_loss_tmo (${devLoss}) for ${ports}.`,
      means: 'The disks are removed before or as their I/O fails: each short loss makes paths go and come as new ones.',
      mend: 'Set dev_loss_tmo to 60 or more (/sys/class/fc_remote_ports), or write "off" to fast_io_fail_tmo and start the controller again: then it sets both.',
    }),
  );

export const devLossShort: Check = (facts) => {
  const { policy, settings } = facts.state;
  const waits = policy.noPath.mode === 'queue-for' && !settings.cluster ? policy.noPath.seconds : 0;
  return ofPorts(
    facts,
    ({ devLossSec }) => devLossSec !== null && devLossSec < waits,
    (ports, devLoss) => ({
      code: 'dev-loss-short',
      severity: 'warning',
      what: `dev_loss_tmo (${devLoss}) is shorter than the no-path time (${seconds(waits)}) for ${ports}.`,
      means:
        'Disks are removed while I/O still waits for them; when the port is back, paths have to be found anew first.',
      mend:
        facts.state.policy.ports.devLoss === 'auto'
          ? 'The controller raises it where no operator has set it: set it longer than noPath (/sys/class/fc_remote_ports).'
          : 'Set fibreChannel.devLoss to auto in the configuration, or longer than noPath.',
    }),
  );
};

export const longIscsiRecovery: Check = (facts) => {
  const sessions = new Map(
    limitsOfAll(facts).flatMap(({ session }) =>
      session?.recoverySec != null && session.recoverySec > LONG_RECOVERY_SEC
        ? [[session.name, session.recoverySec]]
        : [],
    ),
  );
  if (sessions.size === 0) return [];
  return [
    finding({
      code: 'iscsi-recovery-long',
      severity: 'warning',
      what: `iSCSI waits up to ${seconds(Math.max(...sessions.values()))} for a lost session (${shortened([...sessions.keys()])}).`,
      means: 'I/O on a lost connection waits for so long before it moves to another path.',
      mend: 'Set node.session.timeo.replacement_timeout to 5 in iscsid.conf and for the targets that are known (iscsiadm).',
    }),
  ];
};

export const errorHandlingOpen: Check = (facts) => {
  const hosts = new Set(
    limitsOfAll(facts).flatMap(({ host, errorHandlingSec }) => (errorHandlingSec === 'off' ? [host] : [])),
  );
  if (hosts.size === 0) return [];
  return [
    finding({
      code: 'error-handling-open',
      severity: 'info',
      what: `The error handling of ${shortened([...hosts])} has no time limit (eh_deadline is off).`,
      means: 'An I/O that hangs can take minutes of aborts and resets before it moves to another path.',
      mend: 'Where failover must be quick, set eh_deadline of the hosts (/sys/class/scsi_host), for example to 30.',
    }),
  ];
};

function limitsOfAll(facts: DoctorFacts): readonly PathLimits[] {
  return liveUnits(facts).flatMap(({ paths }) => limitsOf(facts, paths));
}

type RemotePort = NonNullable<PathLimits['remotePort']>;

/** One finding for all remote ports that the test picks; `texts` gets their names and their dev_loss_tmo. */
function ofPorts(
  facts: DoctorFacts,
  picks: (port: RemotePort) => boolean,
  texts: (ports: string, devLoss: string) => Parameters<typeof finding>[0],
): ReturnType<Check> {
  const ports = limitsOfAll(facts).flatMap(({ remotePort }) =>
    remotePort !== null && picks(remotePort) ? [remotePort] : [],
  );
  const names = [...new Set(ports.map(({ name }) => name))];
  if (names.length === 0) return [];
  const losses = [...new Set(ports.map(({ devLossSec }) => (devLossSec === null ? 'off' : seconds(devLossSec))))];
  return [finding(texts(`remote ${names.length === 1 ? 'port' : 'ports'} ${shortened(names)}`, losses.join(' or ')))];
}

function seconds(count: number): string {
  return `${String(count)} s`;
}
