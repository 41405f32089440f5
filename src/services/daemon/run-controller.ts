/** pathmanagerd: puts the controller, its shells and the API together, and ends them together. */
import { SteadyClock, systemClock } from '../../base/clock.js';
import { ChangePool } from '../../controller/change-pool.js';
import { Claims } from '../../controller/claims.js';
import { loadConfig, type Config } from '../../controller/config.js';
import { Controller } from '../../controller/controller.js';
import { HelperDiskRemoval } from '../../controller/disk-removal.js';
import { DmKernelMaps } from '../../controller/dm-kernel-maps.js';
import { DevMapperNodes } from '../../controller/map-nodes.js';
import { SysfsTraffic } from '../../controller/path-traffic.js';
import { FileStore } from '../../controller/store.js';
import { HelperStorageScan } from '../../controller/storage-scan.js';
import { SysfsDevices } from '../../controller/sysfs-devices.js';
import { SysfsPortTimeouts } from '../../controller/sysfs-port-timeouts.js';
import { UdevMarkFiles } from '../../controller/udev-marks.js';
import { requireMultipath } from '../../dm/maps.js';
import { errnoName } from '../../ffi/errno.js';
import { lockFileMappings } from '../../ffi/memory-lock.js';
import { Poller } from '../../ffi/poller.js';
import { initialState } from '../../model/saved.js';
import type { Policy } from '../../model/types.js';
import { FcEventSocket } from '../../netlink/fc-event-socket.js';
import { UeventSocket } from '../../netlink/uevent-socket.js';
import { GracePeriods } from '../../sysfs/grace-periods.js';
import { pathLimits } from '../../sysfs/path-limits.js';
import { Sysfs } from '../../sysfs/sysfs.js';
import { DEFAULT_CONFIG, type DaemonArgs } from '../args.js';
import { ApiServer } from '../api/server.js';
import { createLogger, type Logger } from '../log.js';
import { ServiceManager } from '../sd-notify.js';
import { signalled } from '../signalled.js';
import { within } from '../within.js';
import { ControllerService } from './controller-service.js';
import { takeRunLock } from '../run-lock.js';
import { requireNoMultipathd } from './multipathd-check.js';

/** How long the first comparison of all maps may keep the daemon from being ready. */
const START_PATIENCE_MS = 30_000;
/** How long a stop waits for the last save and for open answers. */
const STOP_PATIENCE_MS = 1_000;

export interface HelperPrograms {
  readonly mapChanger: string;
  readonly storageScanner: string;
}

/**
 * Runs until a signal asks to stop. Resolves with the exit status.
 * @param helpers entry points of the processes that wait for storage in our place
 * @throws BAD_CONFIG, ALREADY_RUNNING, DM_UNAVAILABLE before anything was changed.
 */
export async function runController(args: DaemonArgs, helpers: HelperPrograms): Promise<number> {
  const config = loadConfig(args.config ?? DEFAULT_CONFIG, args.config === null);
  takeRunLock(args.runDir, 'pathmanagerd');
  requireNoMultipathd();
  requireMultipath();
  const log = createLogger('pathmanagerd', config.logLevel);
  // Before any helper is started: it must not inherit the service manager's variables.
  const manager = new ServiceManager(process.env, systemClock);
  if (manager.present) holdMemory(log);
  manager.starting('Reading the paths and the maps');
  const poller = new Poller();
  const pool = new ChangePool(helpers.mapChanger, systemClock);
  const store = new FileStore(args.stateDir);
  const { saved, damage } = store.load();

  const clock = new SteadyClock(systemClock);
  const service = new ControllerService(clock, log);
  const kernel = new DmKernelMaps(poller, pool, (name, error) => {
    log.debug({ map: name, code: error.code }, error.message);
  });
  const marks = new UdevMarkFiles({
    runDir: args.runDir,
    stateDir: args.stateDir,
    clock: systemClock,
    onTrouble: (error) => service.trouble(error),
  });
  const claims = new Claims(config.claim);
  const events = { uevents: new UeventSocket(poller), fcEvents: new FcEventSocket(poller) };
  const gracePeriods = new GracePeriods({ clock: systemClock, runDir: args.runDir });
  const devices = new SysfsDevices(systemClock, events, (error) => service.trouble(error), gracePeriods);
  const controller = new Controller(
    {
      clock,
      kernel,
      devices,
      prober: service.prober,
      orders: service.reservations.orders,
      store,
      nodes: new DevMapperNodes(),
      traffic: new SysfsTraffic(systemClock),
      claims,
      marks,
      storage: new HelperStorageScan(helpers.storageScanner, systemClock),
      removal: new HelperDiskRemoval(helpers.storageScanner),
      portTimeouts: new SysfsPortTimeouts(devices),
      listener: service,
    },
    initialState(policyOf(config, kernel.selectors()), saved),
  );
  const sysfs = new Sysfs();
  service.attach(controller, { claims, kernel, limits: (node) => pathLimits(sysfs, node) });
  if (damage !== null) service.note(1012, damage);

  const stopping = signalled();
  const started = controller.start(START_PATIENCE_MS);
  await Promise.race([stopping, started, controller.inventoried]);
  // Not sooner: whoever asks would be told that there are no logical units.
  const api = await ApiServer.listen(service, args.runDir);
  const ready = started.then(() => {
    service.ready();
    manager.ready(() => service.summary());
  });
  await Promise.race([stopping, ready]);
  await stopping;

  manager.stopping('Leaving the maps to the kernel');
  service.note(1011, '');
  controller.stop(config.queueWithoutDaemon);
  await within(STOP_PATIENCE_MS, Promise.all([controller.saved(), marks.kept(), api.close(), poller.close()]));
  return 0;
}

/** Only as a service: the unit gives the right to lock and forbids swap, so that both halves are held. */
function holdMemory(log: Logger): void {
  const { ranges, bytes, failed, error } = lockFileMappings();
  const facts = { ranges, mebibytes: Math.round(bytes / 2 ** 20) };
  if (failed === 0) log.info(facts, 'Program locked in memory');
  else
    log.warn(
      { ...facts, failed },
      `Program not wholly locked in memory (${errnoName(error)}); see LimitMEMLOCK in the unit`,
    );
}

function policyOf(config: Config, selectors: Policy['selectors']): Policy {
  return {
    initial: config.initial,
    noPath: config.noPath,
    vanishedSec: config.vanishedSec,
    ports: config.ports,
    namePrefix: config.namePrefix,
    names: config.names,
    selectors,
  };
}
