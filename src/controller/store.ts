/** The state file: priorities, enablement, numbers and modes, saved so that a kill at any instant leaves a whole file. */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asPathManagerError, PathManagerError } from '../base/errors.js';
import type { SavedState } from '../model/types.js';
import type { Store } from './ports.js';
import { parseSavedState } from './saved-state.js';

export class FileStore implements Store {
  readonly #folder: string;
  readonly #file: string;
  #tail: Promise<void> = Promise.resolve();

  /** `folder` is made if it is missing. Throws SYSCALL where it cannot be. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'state.json');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      const text = `Cannot make state folder "${folder}": ${why}; make it, or name another one with --state-dir`;
      throw new PathManagerError('SYSCALL', text, { path: folder }, error);
    }
  }

  /**
   * The last whole save. A file that cannot be understood is renamed to `state.json.damaged-<n>` and the save before it
   * (`state.json.old`) is used, if that one is whole.
   */
  load(): { saved: SavedState | null; damage: string | null } {
    if (!existsSync(this.#file)) return { saved: null, damage: null };
    try {
      return { saved: this.#read(this.#file), damage: null };
    } catch (error) {
      const aside = this.#setAside();
      const older = this.#readOlder();
      const used = older === null ? 'defaults and the maps in the kernel are used' : 'the save before it is used';
      const damage = `State file "${this.#file}" cannot be read (${asPathManagerError(error).message}); it is kept as "${aside}", ${used}`;
      return { saved: older, damage };
    }
  }

  save(state: SavedState): Promise<void> {
    const text = `${JSON.stringify(state, null, 1)}\n`;
    const mine = this.#tail.then(() => this.#write(text));
    this.#tail = mine.catch(() => undefined);
    return mine;
  }

  #read(file: string): SavedState {
    return parseSavedState(readFileSync(file, 'utf8'));
  }

  #readOlder(): SavedState | null {
    try {
      return this.#read(`${this.#file}.old`);
    } catch {
      // Missing or damaged as well: there is nothing to fall back to, and the caller says so.
      return null;
    }
  }

  #setAside(): string {
    for (let n = 1; ; n += 1) {
      const aside = `${this.#file}.damaged-${String(n)}`;
      if (existsSync(aside)) continue;
      renameSync(this.#file, aside);
      return aside;
    }
  }

  /**
   * Keep a copy of the one before, write, fsync, rename, fsync the folder: after a crash there is the old file or the new
   * one, and it is never missing for an instant.
   */
  async #write(text: string): Promise<void> {
    if (existsSync(this.#file)) await replaced(`${this.#file}.old`, readFileSync(this.#file, 'utf8'));
    await replaced(this.#file, text);
    await flushed(this.#folder, 'r', () => Promise.resolve());
  }
}

/** Leaves no piece of a file on a disk that is full. */
async function replaced(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  try {
    await flushed(fresh, 'w', (file) => file.writeFile(text));
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

type FileHandle = Awaited<ReturnType<typeof open>>;

async function flushed(path: string, mode: 'r' | 'w', act: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, mode, 0o600);
  try {
    await act(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
