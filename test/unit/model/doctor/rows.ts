/** For each check of doctor what makes it speak, and what it says. */
import { mapName, mapUuid, sectors, wwid } from '../../../../src/base/ids.js';
import type { DoctorFacts, Finding, PathLimits } from '../../../../src/model/doctor/types.js';
import type { Policy, Settings } from '../../../../src/model/types.js';
import { doctorFacts, limits } from '../../../support/doctor-facts.js';
import { loses, registers } from '../../../support/key-play.js';
import { facts, lu, map, Play } from '../../../support/model-play.js';

/** Two paths that share nothing, balanced. */
export const two = (policy: Partial<Policy> = {}): Play => Play.withPaths([facts(1), facts(2)], map(['1 2']), policy);
export const settled = (settings: Partial<Settings>, policy: Partial<Policy> = {}): Play => {
  const play = two(policy);
  play.state = { ...play.state, settings: { ...play.state.settings, ...settings } };
  return play;
};
export const patrol = (fields: Partial<Settings['watcher']>): Partial<Settings> => {
  return { watcher: { ...new Play().state.settings.watcher, ...fields } };
};
export const port = (name: string, fastIoFailSec: number | null, devLossSec: number | null): Partial<PathLimits> => {
  return { remotePort: { name, fastIoFailSec, devLossSec } };
};
export const disk = (
  number: number,
  why: DoctorFacts['leftAlone'][number]['why'],
  reason: string,
  id = wwid('3cc'),
) => {
  const { node, number: place, devT } = facts(number);
  return { node, number: place, devT, wwid: id, why, reason };
};

export interface Row {
  readonly code: string;
  readonly severity: Finding['severity'];
  readonly when: string;
  readonly facts: () => DoctorFacts;
  readonly what: string;
  readonly units?: readonly number[];
}

export const rows: readonly Row[] = [
  {
    code: 'one-path',
    severity: 'warning',
    when: 'a unit has one path',
    facts: () => doctorFacts(Play.withPaths([facts(1)], map(['1']))),
    what: 'There is only one path to logical unit #0 (lu0).',
  },
  {
    code: 'failed-paths',
    severity: 'warning',
    when: 'a path has failed',
    facts: () => {
      const play = two();
      play.probed(1, 'down');
      return doctorFacts(play);
    },
    what: 'Paths have failed of logical unit #0 (lu0).',
  },
  {
    code: 'key-taken-away',
    severity: 'error',
    when: 'another node has taken the reservation key away',
    facts: () => {
      const play = two();
      registers(play, [1, 2]);
      loses(play);
      return doctorFacts(play);
    },
    what: 'The reservation key of this node was taken away from logical unit #0 (lu0).',
  },
  {
    code: 'paths-not-registered',
    severity: 'warning',
    when: 'a path waits for its registration',
    facts: () => {
      const play = two();
      registers(play, [1]);
      return doctorFacts(play);
    },
    what: 'The reservation key of this node is not registered on every path of logical unit #0 (lu0).',
  },
  {
    code: 'one-host',
    severity: 'warning',
    when: 'all paths have one host',
    facts: () => doctorFacts(two(), {}, (number) => limits(number, { host: 'host3' })),
    what: 'All paths of logical unit #0 (lu0) go through host3.',
  },
  {
    code: 'one-host',
    severity: 'warning',
    when: 'all iSCSI sessions are bound to one interface, each with a host of its own',
    facts: () =>
      doctorFacts(
        Play.withPaths(
          [1, 2].map((number) => facts(number, { transport: 'iscsi', initiatorPort: 'iqn.2001-04.com:host,eth1' })),
          map(['1 2']),
        ),
      ),
    what: 'All paths of logical unit #0 (lu0) go through interface eth1.',
  },
  {
    code: 'one-adapter',
    severity: 'info',
    when: 'all hosts are ports of one card',
    facts: () => doctorFacts(two(), {}, (number) => limits(number, { adapter: '0000:04:00' })),
    what: 'All paths of logical unit #0 (lu0) go through ports of one adapter card (0000:04:00).',
  },
  {
    code: 'one-target-port',
    severity: 'warning',
    when: 'all paths lead to one port',
    facts: () =>
      doctorFacts(
        Play.withPaths(
          [1, 2].map((number) => facts(number, { targetPort: '5000d31' })),
          map(['1 2']),
        ),
      ),
    what: 'All paths of logical unit #0 (lu0) lead to one port of the array (5000d31).',
  },
  {
    code: 'probe-shorter-than-io',
    severity: 'warning',
    when: 'the patrol is less patient than the kernel',
    facts: () => doctorFacts(settled(patrol({ timeoutSec: 20 }))),
    what: 'The patrol gives a path up after 20 s (f4), but the kernel gives each I/O 30 s on logical unit #0 (lu0).',
  },
  {
    code: 'uneven-io-time-outs',
    severity: 'info',
    when: 'the disks have different time-outs',
    facts: () => doctorFacts(two(), {}, (number) => limits(number, { timeoutSec: number * 30 })),
    what: 'The paths of logical unit #0 (lu0) have different time-outs for an I/O.',
  },
  {
    code: 'fast-io-fail-off',
    severity: 'warning',
    when: 'I/O to a lost remote port is not failed',
    facts: () => doctorFacts(two(), {}, (number) => limits(number, port(`rport-${String(number)}:0-0`, null, null))),
    what: 'fast_io_fail_tmo is off for remote ports rport-1:0-0 and rport-2:0-0.',
    units: [],
  },
  {
    code: 'fast-io-fail-late',
    severity: 'warning',
    when: 'I/O to a lost remote port is failed too late',
    facts: () => doctorFacts(two(), {}, (number) => limits(number, port('rport-1:0-0', 60, 60))),
    what: 'fast_io_fail_tmo is not shorter than dev_loss_tmo (60 s) for remote port rport-1:0-0.',
    units: [],
  },
  {
    code: 'dev-loss-short',
    severity: 'warning',
    when: 'a remote port goes while I/O waits',
    facts: () => doctorFacts(two(), {}, (number) => limits(number, port('rport-1:0-0', 5, 30 * number))),
    what: 'dev_loss_tmo (30 s) is shorter than the no-path time (60 s) for remote port rport-1:0-0.',
    units: [],
  },
  {
    code: 'iscsi-recovery-long',
    severity: 'warning',
    when: 'a lost session is waited for',
    facts: () =>
      doctorFacts(two(), {}, (number) =>
        limits(number, { session: { name: `session${String(number)}`, recoverySec: number * 60 } }),
      ),
    what: 'iSCSI waits up to 120 s for a lost session (session1 and session2).',
    units: [],
  },
  {
    code: 'error-handling-open',
    severity: 'info',
    when: 'error handling has no limit',
    facts: () => doctorFacts(two(), {}, (number) => limits(number, { errorHandlingSec: 'off' })),
    what: 'The error handling of host1 and host2 has no time limit (eh_deadline is off).',
    units: [],
  },
  {
    code: 'refused-path',
    severity: 'error',
    when: 'a path is refused',
    facts: () => {
      const play = two();
      play.present(facts(3, { sizeSectors: sectors(4096) }));
      return doctorFacts(play);
    },
    what: `Disk sdd (3:0:0:0) says that it is logical unit ${lu()}, and is not let in: it has 4096 sectors, its logical unit 2048.`,
  },
  {
    code: 'disk-in-use',
    severity: 'warning',
    when: 'two disks of one unit are in use',
    facts: () =>
      doctorFacts(two(), {
        leftAlone: [disk(3, 'in-use', '"sdd" is mounted: "/"'), disk(4, 'in-use', '"sdd" is mounted: "/"')],
      }),
    what: 'Not used as paths of the logical unit with WWID 3cc: sdd (3:0:0:0) and sde (4:0:0:0); "sdd" is mounted: "/".',
    units: [],
  },
  {
    code: 'disk-in-use',
    severity: 'warning',
    when: 'a further disk of a unit is in use',
    facts: () => doctorFacts(two(), { leftAlone: [disk(3, 'in-use', 'swap', lu())] }),
    what: `Not used as paths of the logical unit with WWID ${lu()}: sdd (3:0:0:0); swap.`,
    units: [],
  },
  {
    code: 'disk-excluded',
    severity: 'info',
    when: 'two disks of one unit are excluded',
    facts: () =>
      doctorFacts(two(), {
        leftAlone: [disk(3, 'excluded', 'a rule excludes it'), disk(4, 'excluded', 'a rule excludes it')],
      }),
    what: 'Left alone, though they lead to the logical unit with WWID 3cc: sdd (3:0:0:0) and sde (4:0:0:0); a rule excludes it.',
    units: [],
  },
  {
    code: 'disk-excluded',
    severity: 'info',
    when: 'two disks of one unit are not listed',
    facts: () =>
      doctorFacts(two(), {
        leftAlone: [disk(3, 'not-listed', 'no include rule'), disk(4, 'not-listed', 'no include rule')],
      }),
    what: 'Left alone, though they lead to the logical unit with WWID 3cc: sdd (3:0:0:0) and sde (4:0:0:0); no include rule.',
    units: [],
  },
  {
    code: 'no-path-left',
    severity: 'error',
    when: 'a map has no path',
    facts: () => {
      const play = two();
      play.kernel(map(['1F1 2F1']));
      return doctorFacts(play);
    },
    what: 'No path is left of logical unit #0 (lu0).',
  },
  {
    code: 'stray-map',
    severity: 'warning',
    when: 'a map belongs to nothing',
    facts: () => {
      const stray = map(['1'], { name: mapName('mpathz'), uuid: mapUuid(wwid('3dd')) });
      return doctorFacts(two(), { maps: [stray, { ...stray, uuid: 'mpath-' }] });
    },
    what: 'The kernel has multipath maps of no known logical unit: map "mpathz".',
    units: [],
  },
  {
    code: 'suspended-map',
    severity: 'error',
    when: 'a map is suspended',
    facts: () => doctorFacts(two(), { maps: [map(['1 2'], { suspended: true })] }),
    what: 'Suspended: map "lu0".',
  },
  {
    code: 'half-loaded-map',
    severity: 'warning',
    when: 'a table never came into use',
    facts: () => doctorFacts(two(), { halfLoaded: new Set(['lu0']) }),
    what: 'A table was loaded and never came into use: map "lu0".',
  },
  {
    code: 'empty-map',
    severity: 'warning',
    when: 'a map has no table',
    facts: () => doctorFacts(two(), { maps: [map([], { hasTable: false, suspended: true })] }),
    what: 'Without a table: map "lu0".',
  },
  {
    code: 'change-put-off',
    severity: 'warning',
    when: 'a change is put off',
    facts: () => {
      const play = two();
      play.feed({ kind: 'apply-failed', wwid: lu(), code: 'APPLY_PENDING', message: 'I/O hangs' });
      return doctorFacts(play);
    },
    what: 'The kernel does not have what is wanted of logical unit #0 (lu0): I/O hangs.',
  },
  {
    code: 'selector-missing',
    severity: 'warning',
    when: 'the kernel lacks the selector of a unit',
    facts: () => {
      const play = two();
      play.state = { ...play.state, policy: { ...play.state.policy, initial: 'manual', selectors: ['round-robin'] } };
      return doctorFacts(play);
    },
    what: 'The running kernel has no path selector for service time, which logical unit #0 (lu0) should be balanced by.',
  },
  {
    code: 'default-selector-missing',
    severity: 'info',
    when: 'the kernel lacks that of new units',
    facts: () => doctorFacts(two({ selectors: ['round-robin'] })),
    what: 'The running kernel has no path selector for service time.',
  },
  {
    code: 'no-optimized-path',
    severity: 'warning',
    when: 'only other paths are left',
    facts: () =>
      doctorFacts(
        Play.withPaths(
          [1, 2].map((number) => facts(number, { access: 'non-optimized' })),
          map(['1', '2']),
        ),
      ),
    what: 'No usable path of logical unit #0 (lu0) is optimized.',
  },
  {
    code: 'access-partly-known',
    severity: 'info',
    when: 'some paths tell a state and others none',
    facts: () => doctorFacts(Play.withPaths([facts(1, { access: 'optimized' }), facts(2)], map(['1 2']))),
    what: 'Some paths of logical unit #0 (lu0) tell an ALUA access state and others none.',
  },
  {
    code: 'uneven-queue-depths',
    severity: 'info',
    when: 'the disks have different queues',
    facts: () => doctorFacts(two(), {}, (number) => limits(number, { queueDepth: number })),
    what: 'The paths of logical unit #0 (lu0) take different numbers of I/Os at once (queue_depth).',
  },
  {
    code: 'recovery-check-off',
    severity: 'warning',
    when: 'failed paths are not probed',
    facts: () => doctorFacts(settled(patrol({ recoveryCheck: false }))),
    what: 'The recovery check of the patrol is off.',
    units: [],
  },
  {
    code: 'health-check-off',
    severity: 'info',
    when: 'idle paths are not probed',
    facts: () => doctorFacts(settled(patrol({ healthCheck: false }))),
    what: 'The health check of the patrol is off.',
    units: [],
  },
  {
    code: 'watcher-absent',
    severity: 'warning',
    when: 'there is no watcher',
    facts: () => doctorFacts(two(), { watcher: { connected: false, versions: [] } }),
    what: 'The path watcher is not connected to the controller.',
    units: [],
  },
  {
    code: 'logger-absent',
    severity: 'warning',
    when: 'there is no logger',
    facts: () => doctorFacts(two(), { logger: { connected: false, versions: [] } }),
    what: 'The log service is not connected to the controller.',
    units: [],
  },
  {
    code: 'watcher-version',
    severity: 'warning',
    when: 'the watcher is another one',
    facts: () => doctorFacts(two(), { watcher: { connected: true, versions: ['0.9.0', '1.0.0'] } }),
    what: 'ispmwatcher is version 0.9.0, the controller version 1.0.0.',
    units: [],
  },
  {
    code: 'logger-version',
    severity: 'warning',
    when: 'the logger gives no version',
    facts: () => doctorFacts(two(), { logger: { connected: true, versions: [] } }),
    what: 'ispmlogger is without a version, the controller version 1.0.0.',
    units: [],
  },
];
