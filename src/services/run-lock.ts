/** One controller a run folder: two would undo each other's changes. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { PathManagerError } from '../base/errors.js';
import { errno } from '../ffi/errno.js';
import { expectOk, flock, flockOperations } from '../ffi/libc.js';

/**
 * Takes the lock for as long as this process lives; the kernel lets go of it however the process ends.
 * @throws PathManagerError ALREADY_RUNNING; SYSCALL where the folder cannot be made or written to
 */
export function takeRunLock(runDir: string, name: string): void {
  const file = join(runDir, `${name}.lock`);
  const fd = openLock(runDir, file, name);
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

function openLock(runDir: string, file: string, name: string): number {
  try {
    mkdirSync(runDir, { recursive: true, mode: 0o755 });
    // Node opens with O_CLOEXEC: the helpers do not inherit the lock.
    return openSync(file, 'a', 0o600);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const mend = `run ${name} as root, or name another one with --run-dir`;
    throw new PathManagerError('SYSCALL', `Cannot use run folder "${runDir}": ${why}; ${mend}`, { path: file }, error);
  }
}
