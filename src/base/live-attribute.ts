/** An attribute of sysfs that is read again and again. */
import { closeSync, openSync, readSync } from 'node:fs';

const text = Buffer.alloc(512);

/**
 * Keeps the attribute open: a read is one system call instead of four, and the kernel writes its text anew for each read
 * from the beginning (fs/seq_file.c, seq_read_iter). What is open does not keep the device: once it is removed a read
 * gives ENODEV (fs/kernfs/file.c, kernfs_seq_start), and the name is looked up again, as another device may have it.
 */
export class LiveAttribute {
  readonly #path: string;
  #fd: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Its text (at most 512 bytes) without the line end; null where it cannot be read. */
  text(): string | null {
    const known = this.#fd === null ? null : this.#read(this.#fd);
    if (known !== null) return known;
    this.close();
    try {
      this.#fd = openSync(this.#path, 'r');
    } catch {
      return null;
    }
    return this.#read(this.#fd);
  }

  /** Its number; 0 where it is missing or none. */
  count(): number {
    const value = Number(this.text());
    return Number.isFinite(value) ? value : 0;
  }

  /** Lets go of the descriptor; a later read opens it again. */
  close(): void {
    if (this.#fd === null) return;
    closeSync(this.#fd);
    this.#fd = null;
  }

  #read(fd: number): string | null {
    try {
      return text.toString('latin1', 0, readSync(fd, text, 0, text.length, 0)).trim();
    } catch {
      return null;
    }
  }
}
