/** Keeps lines that cannot be written now and writes them when they can be: a full disk costs no record and no flood. */
import type { Clock, Timer } from '../../base/clock.js';

const RETRY_MS = 5_000;
/** As many as the controller keeps events for somebody who was away. */
const KEPT_MAX = 4096;

export interface LogKeeperParts {
  readonly clock: Clock;
  /** Writes a line or throws. */
  append(line: string): void;
  /** Writing has begun to fail; told once until it has worked again. */
  onTrouble(error: Error): void;
  /** A line that tells of `count` lines that were too many to keep. */
  lossLine(count: number): string;
  /** Everything kept is written. */
  onRecovered(kept: number, lost: number): void;
}

export class LogKeeper {
  readonly #parts: LogKeeperParts;
  #kept: string[] = [];
  #lost = 0;
  #failing = false;
  #timer: Timer | null = null;

  constructor(parts: LogKeeperParts) {
    this.#parts = parts;
  }

  /** True where every line is in the file. */
  get settled(): boolean {
    return !this.#failing;
  }

  put(line: string): void {
    if (this.#failing) {
      this.#keep(line);
      return;
    }
    const error = this.#tried(line);
    if (error === null) return;
    this.#failing = true;
    this.#keep(line);
    this.#timer = this.#parts.clock.after('event log', RETRY_MS, () => this.retry());
    this.#parts.onTrouble(error);
  }

  /** Tries to write what is kept. */
  retry(): void {
    if (!this.#failing) return;
    this.#timer?.cancel();
    const kept = this.#kept.length;
    const lost = this.#lost;
    if (!this.#flush()) {
      this.#timer = this.#parts.clock.after('event log', RETRY_MS, () => this.retry());
      return;
    }
    this.#failing = false;
    this.#parts.onRecovered(kept, lost);
  }

  close(): void {
    this.#timer?.cancel();
  }

  #flush(): boolean {
    if (this.#lost > 0) {
      if (this.#tried(this.#parts.lossLine(this.#lost)) !== null) return false;
      this.#lost = 0;
    }
    const stuck = this.#kept.findIndex((line) => this.#tried(line) !== null);
    this.#kept = stuck === -1 ? [] : this.#kept.slice(stuck);
    return stuck === -1;
  }

  #keep(line: string): void {
    this.#kept.push(line);
    if (this.#kept.length <= KEPT_MAX) return;
    this.#kept.shift();
    this.#lost += 1;
  }

  #tried(line: string): Error | null {
    try {
      this.#parts.append(line);
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
