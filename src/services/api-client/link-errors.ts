/** What can stand between a client and the controller, said so that an operator can mend it. */
import { PathManagerError } from '../../base/errors.js';

const START = 'start it with "systemctl start pathmanager", or name its run folder with --run-dir';
const LOOK = 'look at "systemctl status pathmanager"';

/** Longest path of a unix socket: sun_path of sockaddr_un (linux/un.h) without its closing zero byte. */
const SOCKET_PATH_MAX = 107;

/** Throws BAD_REQUEST for a path that does not fit a socket address: the kernel's binding would cut it off in silence. */
export function checkSocketPath(socketPath: string): void {
  if (Buffer.byteLength(socketPath) <= SOCKET_PATH_MAX) return;
  throw new PathManagerError(
    'BAD_REQUEST',
    `Socket path "${socketPath}" is too long: ${String(Buffer.byteLength(socketPath))} bytes, at most ${String(SOCKET_PATH_MAX)}; give a shorter --run-dir`,
  );
}

/** A failed connection or one that broke, as NOT_RUNNING, NOT_PERMITTED or NO_ANSWER. */
export function linkError(error: Error, socketPath: string): PathManagerError {
  const errno = (error as NodeJS.ErrnoException).code ?? '';
  const facts = { socket: socketPath, errno };
  switch (errno) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new PathManagerError(
        'NOT_RUNNING',
        `Controller is not running: there is no socket "${socketPath}"; ${START}`,
        facts,
        error,
      );
    case 'ECONNREFUSED':
      return new PathManagerError(
        'NOT_RUNNING',
        `Controller is not running: nobody listens on "${socketPath}"; ${START}`,
        facts,
        error,
      );
    case 'EACCES':
    case 'EPERM':
      return new PathManagerError(
        'NOT_PERMITTED',
        `Not permitted to use "${socketPath}"; run it as root`,
        facts,
        error,
      );
    default:
      return new PathManagerError(
        'NO_ANSWER',
        `Controller broke off on "${socketPath}" (${error.message}); ${LOOK}`,
        facts,
        error,
      );
  }
}

/** No whole answer in time. A change may have reached the controller: that must not be left unsaid. */
export function timeoutError(socketPath: string, seconds: number, change: boolean): PathManagerError {
  const doubt = change ? '; the change may still be carried out, see "spscmd getlun"' : '';
  return new PathManagerError(
    'NO_ANSWER',
    `Controller did not answer on "${socketPath}" within ${String(seconds)} s; ${LOOK}${doubt}`,
    { socket: socketPath, seconds },
  );
}

/** An answer that is not the API's: something else listens there, or another release. */
export function strangeAnswer(socketPath: string, what: string): PathManagerError {
  return new PathManagerError(
    'NO_ANSWER',
    `Controller's answer on "${socketPath}" cannot be read: ${what}; see that spscmd and pathmanagerd are of one release`,
    { socket: socketPath },
  );
}
