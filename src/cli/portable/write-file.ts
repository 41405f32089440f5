/** A file that is whole or not there, whenever the machine stops. */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PathManagerError } from '../../base/errors.js';

/**
 * Writes `text` to `file`, for its owner alone: who may change the file may change what root imports. A file that is
 * there is replaced only where `force` says so, and something else than a file never.
 * Throws FILE_EXISTS, SYSCALL.
 */
export function writeWholeFile(file: string, text: string, force: boolean): void {
  const target = targetOf(file, force);
  const folder = dirname(target);
  const fresh = join(folder, `.${basename(target)}.${String(process.pid)}`);
  try {
    flushed(fresh, 'wx', (fd) => writeAll(fd, text));
    renameSync(fresh, target);
    flushed(folder, 'r', () => undefined);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw cannotWrite(file, error);
  }
}

/** Where a link leads: the link itself stays. */
function targetOf(file: string, force: boolean): string {
  try {
    if (!statSync(file).isFile())
      throw new PathManagerError('FILE_EXISTS', `"${file}" is there and is no file; name another one`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return file;
    throw error instanceof PathManagerError ? error : cannotWrite(file, error);
  }
  if (force) return realpathSync(file);
  throw new PathManagerError(
    'FILE_EXISTS',
    `"${file}" is there already; name another one, or use --force to replace it`,
  );
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

function flushed(path: string, mode: 'r' | 'wx', act: (fd: number) => void): void {
  const fd = openSync(path, mode, 0o600);
  try {
    act(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function cannotWrite(file: string, error: unknown): PathManagerError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new PathManagerError('SYSCALL', `Cannot write "${file}": ${code}`, { file, code }, error);
}
