/** Views of the API with everything filled in, for tests that care for a few fields. */
import { reservationKey } from '../../src/base/reservation.js';
import type { PortView } from '../../src/model/ports/view.js';
import type { HealthView, PathView, SettingsView, UnitView } from '../../src/model/view.js';

const HOUR = 3_600_000;
/** Ages in the middle of a minute: the texts that show them do not change while a test runs. */
const ago = (hours: number): number => Date.now() - hours * HOUR - 30_000;

export function path(number: string, fields: Partial<PathView> = {}): PathView {
  return {
    key: `0x10000090fa534e3${number.charAt(0)}|0x21000024ff3dd1${number.charAt(4)}f|0`,
    number,
    node: 'sda',
    devT: '8:0',
    sg: 'sg0',
    priority: 1,
    enabled: true,
    state: 'active',
    since: ago(3),
    failure: null,
    failureCount: 0,
    access: null,
    portGroup: null,
    initiatorPort: `0x10000090fa534e3${number.charAt(0)}`,
    targetPort: `0x21000024ff3dd1${number.charAt(4)}f`,
    remotePort: null,
    transport: 'fc',
    deviceState: 'running',
    lastProbe: null,
    vanishedSince: null,
    registered: null,
    ...fields,
  };
}

export function unit(number: number, paths: readonly PathView[], fields: Partial<UnitView> = {}): UnitView {
  return {
    number,
    wwid: `3600000e00d000000000100000001000${String(number)}`,
    name: `lu${String(number)}`,
    vendor: 'NEC',
    product: 'DISK ARRAY',
    revision: '1000',
    serial: `00000000093500${String(number)}`,
    sizeBytes: 107_374_182_400,
    balance: 'none',
    noPath: { mode: 'queue-for', seconds: 60 },
    map: {
      devT: `253:${String(number)}`,
      node: `dm-${String(number)}`,
      suspended: false,
      openCount: 0,
      queueIfNoPath: true,
      groups: [],
    },
    queueing: false,
    pathlessSince: null,
    problem: null,
    reservation: null,
    paths,
    ...fields,
  };
}

/** The three logical units of the command's specification, paths in the order of discovery. */
export function threeUnits(): readonly UnitView[] {
  return [
    unit(
      2,
      [
        path('4:0:0:2', { priority: 1, state: 'standby', enabled: false }),
        path('5:0:1:2', { priority: 2, state: 'in-use' }),
      ],
      { balance: 'round-robin' },
    ),
    unit(0, [path('5:0:1:0', { priority: 1 }), path('4:0:0:0', { priority: 2, state: 'in-use' })]),
    unit(1, [path('4:0:0:1', { priority: 1, state: 'failed' }), path('5:0:1:1', { priority: 2, state: 'in-use' })]),
  ];
}

function remotePort(fields: Partial<PortView>): PortView {
  return {
    name: 'rport-4:0-0',
    portState: 'Online',
    lost: null,
    held: null,
    marginal: null,
    fastIoFail: { seconds: 0, owner: 'ours' },
    devLoss: { seconds: 90, owner: 'ours' },
    ...fields,
  };
}

/** One logical unit with everything that `getlun -v` can tell, one with next to nothing. */
export function detailedUnits(): readonly UnitView[] {
  const troubled = unit(
    0,
    [
      path('4:0:0:0', {
        node: 'sdc',
        devT: '8:32',
        priority: 2,
        state: 'in-use',
        access: 'optimized',
        portGroup: 1,
        remotePort: remotePort({ marginal: { since: ago(1), what: 'FPIN link integrity: loss of signal' } }),
        lastProbe: { at: ago(1), verdict: 'up', outcome: 'good', latencyMs: 0.824 },
        registered: true,
      }),
      path('5:0:1:0', {
        node: 'sdd',
        devT: '8:48',
        state: 'failed',
        access: 'non-optimized',
        portGroup: 2,
        deviceState: 'transport-offline',
        failureCount: 3,
        failure: { cause: 'transport', since: ago(2), detail: 'remote port rport-5:0-1 is Blocked' },
        remotePort: remotePort({
          name: 'rport-5:0-1',
          portState: 'Blocked',
          lost: { since: ago(2) },
          held: { since: ago(2), until: null },
          fastIoFail: { seconds: null, owner: 'operator' },
        }),
        since: ago(2),
        lastProbe: { at: ago(2), verdict: 'down', outcome: 'no-connect', latencyMs: 1503.2 },
        registered: false,
      }),
    ],
    { queueing: true, reservation: { key: reservationKey('0xa1'), lostSince: null } },
  );
  const failure = { cause: 'registration' as const, since: ago(27), detail: 'the array has it no more' };
  const bare = unit(1, [path('4:0:0:1', { state: 'failed', failure, registered: false })], {
    reservation: { key: reservationKey('0xb2'), lostSince: ago(27) },
    vendor: '',
    product: '',
    revision: '',
    serial: '',
    sizeBytes: 512,
    noPath: { mode: 'fail' },
    map: null,
    pathlessSince: ago(27),
    problem: { code: 'DM_IOCTL', message: 'Cannot load table for "lu1": kernel returned EINVAL (22)', since: ago(27) },
  });
  return [troubled, bare];
}

export function settings(fields: Partial<SettingsView> = {}): SettingsView {
  return {
    failback: 'active',
    cluster: false,
    clusterBalancing: false,
    watcher: { healthCheck: true, recoveryCheck: true, intervalSec: 60, thresholdSec: 60, timeoutSec: 120 },
    ...fields,
  };
}

export function health(): HealthView {
  return {
    ready: true,
    name: 'Storage PathManager for Linux',
    version: '9.8.7',
    pid: 4711,
    startedAt: ago(5),
    watcher: true,
    units: 3,
    paths: 6,
  };
}
