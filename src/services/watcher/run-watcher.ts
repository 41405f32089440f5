/** ispmwatcher: the watcher with its link to the controller, which may come and go. */
import { systemClock } from '../../base/clock.js';
import { asPathManagerError } from '../../base/errors.js';
import { loadConfig } from '../../controller/config.js';
import { Poller } from '../../ffi/poller.js';
import { ApiClient } from '../api-client/client.js';
import { DEFAULT_CONFIG, type DaemonArgs } from '../args.js';
import { takeRunLock } from '../run-lock.js';
import { ServiceManager } from '../sd-notify.js';
import { createLogger } from '../log.js';
import { signalled } from '../signalled.js';
import { productVersion } from '../version.js';
import { Follower } from './follow.js';
import { IoCounts } from './io-counts.js';
import { PathReservations } from './reservations/path-access.js';
import { Reservations } from './reservations/reservations.js';
import { SgAccess } from './sg-access.js';
import { SgChannels } from './sg-channels.js';
import { Watcher } from './watcher.js';

/** Runs until a signal asks to stop. Resolves with the exit status. */
export async function runWatcher(args: DaemonArgs): Promise<number> {
  const config = loadConfig(args.config ?? DEFAULT_CONFIG, args.config === null);
  takeRunLock(args.runDir, 'ispmwatcher');
  const log = createLogger('ispmwatcher', config.logLevel);
  const poller = new Poller();
  const client = ApiClient.control(args.runDir, { agent: `ispmwatcher/${productVersion()}` });
  const trouble = (what: string, error: unknown): void =>
    log.warn({ code: asPathManagerError(error).code }, `${what}: ${asPathManagerError(error).message}`);
  const reservations = new Reservations({
    clock: systemClock,
    access: new PathReservations(new SgChannels(poller, systemClock), systemClock),
    answer: async (answer) => {
      await client.post('/v1/reservation-answers', answer);
    },
    lost: (wwid, key) => watcher.keyLost(wwid, key),
    trouble,
  });
  const watcher = new Watcher({
    clock: systemClock,
    scsi: new SgAccess(poller, systemClock),
    link: {
      units: () => client.get('/v1/units'),
      settings: () => client.get('/v1/settings'),
      report: async (body) => {
        await client.post('/v1/reports', body);
      },
    },
    ioCounts: new IoCounts(),
    onUnits: (units) => reservations.watch(units),
    trouble,
  });
  const follower = new Follower(client, watcher, reservations, systemClock, log);
  follower.start();
  const manager = new ServiceManager(process.env, systemClock);
  manager.ready(() => (follower.connected ? 'Watching the paths' : 'Waiting for pathmanagerd'));
  await signalled();
  manager.stopping('');
  follower.close();
  watcher.close();
  reservations.close();
  await poller.close();
  return 0;
}
