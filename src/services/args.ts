/** The daemons' command line. */
import { parseArgs } from 'node:util';
import { PathManagerError } from '../base/errors.js';

export interface DaemonArgs {
  readonly runDir: string;
  readonly stateDir: string;
  /** The file the operator named; null where the default is used, which may be absent. */
  readonly config: string | null;
  /** Folder of the event log; null where the operator named none. */
  readonly logDir: string | null;
  readonly help: boolean;
  readonly version: boolean;
}

export const DEFAULT_RUN_DIR = '/run/pathmanager';
export const DEFAULT_STATE_DIR = '/var/lib/pathmanager';
export const DEFAULT_LOG_DIR = '/var/log/pathmanager';
/** The event log's name in its folder; the generation before it has `.old` at its end. */
export const EVENT_LOG_NAME = 'spsevent.log';
export const DEFAULT_CONFIG = '/etc/pathmanager/pathmanager.yaml';

/** Options that not every daemon has. */
export interface DaemonOptions {
  /** `--log-dir`. */
  readonly logDir?: boolean;
}

/** Reads the command line. Throws BAD_REQUEST for anything that it does not know. */
export function parseDaemonArgs(argv: readonly string[], { logDir = false }: DaemonOptions = {}): DaemonArgs {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'run-dir': { type: 'string', default: DEFAULT_RUN_DIR },
        'state-dir': { type: 'string', default: DEFAULT_STATE_DIR },
        config: { type: 'string' },
        'log-dir': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
    if (values['log-dir'] !== undefined && !logDir) throw new TypeError("Unknown option '--log-dir'");
    return {
      runDir: values['run-dir'],
      stateDir: values['state-dir'],
      config: values.config ?? null,
      logDir: values['log-dir'] ?? null,
      help: values.help,
      version: values.version,
    };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new PathManagerError('BAD_REQUEST', `Wrong command line: ${why}; see --help`, {}, error);
  }
}

/** The help text of a daemon. */
export function daemonHelp(name: string, does: string, { logDir = false }: DaemonOptions = {}): string {
  return [
    `${name}: ${does}`,
    '',
    `  --run-dir DIR    sockets and locks (default ${DEFAULT_RUN_DIR})`,
    `  --state-dir DIR  what survives a reboot (default ${DEFAULT_STATE_DIR})`,
    ...(logDir ? [`  --log-dir DIR    the event log (default ${DEFAULT_LOG_DIR})`] : []),
    `  --config FILE    configuration (default ${DEFAULT_CONFIG}, which may be absent)`,
    '  --version        print the version and exit',
    '  --help           print this and exit',
    '',
  ].join('\n');
}
