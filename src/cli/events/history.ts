/** Both generations of the event log, oldest first. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { PathManagerError } from '../../base/errors.js';
import { type LoggedEntry, readLine } from './entry.js';

export interface History {
  readonly entries: readonly LoggedEntry[];
  /** Lines that are no whole record: a power failure or an editor left them. */
  readonly damaged: number;
  /** False where no event log is there. */
  readonly found: boolean;
}

/** Reads `file` and the generation before it. Throws NOT_PERMITTED or SYSCALL where one is there and cannot be read. */
export function readHistory(file: string): History {
  // The newer one first: a rename in between then shows one file twice, which the inode tells, instead of hiding one.
  const newer = readGeneration(file);
  const older = readGeneration(`${file}.old`);
  const generations = [older?.inode === newer?.inode ? null : older, newer].filter((each) => each !== null);
  const lines = generations.flatMap(({ text }) => text.split('\n')).filter((line) => line !== '');
  const entries = lines.map(readLine);
  return {
    entries: once(entries.filter((each) => each !== null)),
    damaged: entries.filter((each) => each === null).length,
    found: generations.length > 0,
  };
}

/** The log service repeats the last few records after a crash; their places in the stream tell. */
function once(entries: readonly LoggedEntry[]): readonly LoggedEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ stream }) => {
    if (stream === null) return true;
    if (seen.has(stream)) return false;
    seen.add(stream);
    return true;
  });
}

function readGeneration(file: string): { readonly inode: number; readonly text: string } | null {
  let fd;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    if (code === 'ENOENT') return null;
    throw unreadable(file, code, error);
  }
  try {
    return { inode: fstatSync(fd).ino, text: readFileSync(fd, 'utf8') };
  } catch (error) {
    throw unreadable(file, (error as NodeJS.ErrnoException).code ?? 'an error', error);
  } finally {
    closeSync(fd);
  }
}

function unreadable(file: string, code: string, cause: unknown): PathManagerError {
  const denied = code === 'EACCES' || code === 'EPERM';
  const advice = denied ? '; run it as root' : '';
  return new PathManagerError(
    denied ? 'NOT_PERMITTED' : 'SYSCALL',
    `Cannot read event log "${file}": ${code}${advice}`,
    { file, code },
    cause,
  );
}
