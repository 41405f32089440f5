/**
 * spsevent.log: whole lines appended to a file that is renamed when it is full, two generations.
 *
 * Not by rotating-file-stream (3.2.10): it takes a short write for a whole one, so a disk that fills up cuts a record in
 * silence, and after an error it never writes again.
 */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** At most 5 MB, as the original product has it. */
export const EVENT_LOG_BYTES = 5_000_000;
const NEWLINE = 0x0a;

export class EventLog {
  readonly file: string;
  readonly #limit: number;

  constructor(file: string, limit = EVENT_LOG_BYTES) {
    this.file = file;
    this.#limit = limit;
  }

  /**
   * Appends a line (without its line break): all of it or nothing. Opens the file each time, so it does not matter who
   * renames, empties or removes it in between. Throws what Node's file functions throw.
   */
  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    const fd = this.#open();
    try {
      const { size } = fstatSync(fd);
      if (size === 0 || size + bytes.length <= this.#limit) {
        writeWhole(fd, size, bytes);
        return;
      }
    } finally {
      closeSync(fd);
    }
    renameSync(this.file, `${this.file}.old`);
    this.append(line);
  }

  #open(): number {
    try {
      return openSync(this.file, 'a+', 0o644);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(dirname(this.file), { recursive: true, mode: 0o755 });
      return openSync(this.file, 'a+', 0o644);
    }
  }
}

function writeWhole(fd: number, size: number, bytes: Buffer): void {
  // A piece that a power failure left becomes a line of its own and spoils no other.
  const whole = endsInside(fd, size) ? Buffer.concat([Buffer.of(NEWLINE), bytes]) : bytes;
  try {
    for (let done = 0; done < whole.length;) done += writeSync(fd, whole, done);
  } catch (error) {
    try {
      ftruncateSync(fd, size);
    } catch {
      // The first error tells more; endsInside sees the piece the next time.
    }
    throw error;
  }
}

function endsInside(fd: number, size: number): boolean {
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}
