// What the kernel logs, with the time that it stamps on each line itself: however late the benchmark comes to read it.
import { closeSync, constants, openSync, readSync, writeFileSync } from 'node:fs';

/** A line of the kernel's log. */
export interface KernelLine {
  /** Milliseconds on the log's own clock. */
  readonly at: number;
  readonly text: string;
}

const device = '/dev/kmsg';
/** The longest record that the kernel gives (kernel/printk/printk.c, CONSOLE_EXT_LOG_MAX). */
const maxRecordBytes = 8192;

export class KernelLog {
  readonly #fd = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK);
  readonly #buffer = Buffer.alloc(maxRecordBytes);
  #lines: KernelLine[] = [];
  #marks = 0;

  /** Lines since the log was cleared, oldest first. Throws where the kernel has dropped some before they were read. */
  lines(): readonly KernelLine[] {
    for (;;) {
      const length = this.#next();
      if (length === null) return this.#lines;
      // "priority,sequence,microseconds,flags;text" and then lines of a dictionary (Documentation/ABI/testing/dev-kmsg).
      const [, microseconds, text] =
        /^\d+,\d+,(\d+),[^;]*;([^\n]*)/.exec(this.#buffer.toString('utf8', 0, length)) ?? [];
      if (microseconds !== undefined && text !== undefined) this.#lines.push({ at: Number(microseconds) / 1000, text });
    }
  }

  /** Forgets what was logged up to now. */
  clear(): void {
    this.lines();
    this.#lines = [];
  }

  /** The time now, on the log's clock. */
  now(): number {
    const mark = `bench mark ${++this.#marks}`;
    // A line without an end could still be continued, and is not to be read yet.
    writeFileSync(device, `${mark}\n`);
    const line = this.lines().find(({ text }) => text === mark);
    if (line === undefined) throw new Error(`The kernel did not log "${mark}"`);
    return line.at;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #next(): number | null {
    try {
      return readSync(this.#fd, this.#buffer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
      throw error;
    }
  }
}
