/** One controller a run folder: two would undo each other's changes. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { PathManagerError } from '../base/errors.js';
import { errno } from '../ffi/errno.js';
import { expectOk, flock, flockOperations } from '../ffi/libc.js';

/** Takes the lock for as long as this process lives; the kernel lets go of it however the process ends. Throws ALREADY_RUNNING. */
export function takeRunLock(runDir: string, name: string): void {
  mkdirSync(runDir, { recursive: true, mode: 0o755 });
  const file = join(runDir, `${name}.lock`);
  // Node opens with O_CLOEXEC: the helpers do not inherit the lock.
  const fd = openSync(file, 'a', 0o600);
  const result = flock(fd, flockOperations.LOCK_EX | flockOperations.LOCK_NB);
  if (result === -errno.EAGAIN) {
    closeSync(fd);
    throw new PathManagerError(
      'ALREADY_RUNNING',
      `Another ${name} already runs with run folder "${runDir}"; stop it first`,
    );
  }
  expectOk(result, `lock "${file}"`);
}
