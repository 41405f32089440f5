/** ispmlogger: the log service with its link to the controller, which may come and go. */
import { join } from 'node:path';
import { systemClock } from '../../base/clock.js';
import { loadConfig } from '../../controller/config.js';
import { ApiClient } from '../api-client/client.js';
import { EventFollower, FROM_THE_BEGINNING } from '../api-client/follow.js';
import { DEFAULT_CONFIG, DEFAULT_LOG_DIR, EVENT_LOG_NAME, type DaemonArgs } from '../args.js';
import { createLogger } from '../log.js';
import { takeRunLock } from '../run-lock.js';
import { ServiceManager } from '../sd-notify.js';
import { signalled } from '../signalled.js';
import { productVersion } from '../version.js';
import { EventLog } from './event-log.js';
import { EventLogger } from './event-logger.js';
import { JournalSocket } from './journal-socket.js';
import { loadPosition, savePosition } from './position.js';

/** Runs until a signal asks to stop. Resolves with the exit status. Throws BAD_CONFIG, ALREADY_RUNNING. */
export async function runLogger(args: DaemonArgs): Promise<number> {
  const config = loadConfig(args.config ?? DEFAULT_CONFIG, args.config === null);
  takeRunLock(args.runDir, 'ispmlogger');
  const log = createLogger('ispmlogger', config.logLevel);
  const say = (text: string): void => void process.stderr.write(`ispmlogger: ${text}\n`);
  const positionFile = join(args.stateDir, 'ispmlogger.position');
  const { position, damaged } = loadPosition(positionFile);
  if (damaged) say(`Position file "${positionFile}" cannot be read; what the controller still has is logged again`);

  const journal = new JournalSocket(systemClock);
  const file = new EventLog(join(args.logDir ?? DEFAULT_LOG_DIR, EVENT_LOG_NAME));
  const logger = new EventLogger(
    {
      clock: systemClock,
      append: (line) => file.append(line),
      journal,
      savePosition: (each) => savePosition(positionFile, each),
      say,
    },
    position,
  );
  const client = ApiClient.status(args.runDir, { agent: `ispmlogger/${productVersion()}` });
  let connected = false;
  const follower = new EventFollower(client, systemClock, position?.log ?? FROM_THE_BEGINNING, {
    onEvent: (event) => logger.take(event),
    onConnected: () => {
      connected = true;
      log.info('Connected to the controller');
    },
    onLost: (error) => {
      connected = false;
      log.warn({ code: error?.code ?? null }, error?.message ?? 'The controller ended the stream');
    },
  });
  follower.start();
  const manager = new ServiceManager(process.env, systemClock);
  manager.ready(() => {
    if (!logger.writing) return 'The event log cannot be written';
    return connected ? 'Following the events of pathmanagerd' : 'Waiting for pathmanagerd';
  });
  await signalled();
  manager.stopping('');
  follower.close();
  logger.close();
  journal.close();
  return 0;
}
