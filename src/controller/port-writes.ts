/**
 * Writes the time-outs of remote ports, each new value after it has been saved as ours: a controller that starts after this
 * one was killed would else take it for an operator's, and leave it alone for good.
 */
import { asPathManagerError, type PathManagerError } from '../base/errors.js';
import type { PortTimeoutsEffect } from '../model/ports/types.js';
import type { PortTimeouts } from './ports.js';

export interface PortWritesParts {
  readonly timeouts: PortTimeouts;
  /** Settles when what was asked to be saved is on the disk, or cannot be brought there in time. */
  saved(): Promise<unknown>;
  trouble(error: PathManagerError): void;
}

type Values = Omit<PortTimeoutsEffect, 'kind' | 'port'>;

export class PortWrites {
  readonly #parts: PortWritesParts;
  /** What waits for a save, by port. */
  readonly #waiting = new Map<string, Values>();

  constructor(parts: PortWritesParts) {
    this.#parts = parts;
  }

  /** @param isNew a save that was asked for together with this keeps the values as ours */
  write({ port, fastIoFailSec, devLossSec }: PortTimeoutsEffect, isNew: boolean): void {
    const values: Values = {
      ...this.#waiting.get(port),
      ...(fastIoFailSec === undefined ? {} : { fastIoFailSec }),
      ...(devLossSec === undefined ? {} : { devLossSec }),
    };
    // What comes while an earlier write waits goes with it: the order must stay.
    const isWaiting = this.#waiting.has(port);
    if (isWaiting || isNew) this.#waiting.set(port, values);
    else this.#now(port, values);
    if (isNew && !isWaiting) void this.#later(port);
  }

  /** What still waits is not written any more. */
  close(): void {
    this.#waiting.clear();
  }

  async #later(port: string): Promise<void> {
    // The save is asked for later in the same turn.
    await Promise.resolve();
    try {
      await this.#parts.saved();
    } catch {
      // It is told by whoever saves, and tried again; the I/O must not wait for it.
    }
    const values = this.#waiting.get(port);
    this.#waiting.delete(port);
    if (values !== undefined) this.#now(port, values);
  }

  /** A port that has gone or is lost meanwhile is told of as such, and decided about anew when it is back. */
  #now(port: string, values: Values): void {
    try {
      this.#parts.timeouts.write(port, values);
    } catch (error) {
      this.#parts.trouble(asPathManagerError(error));
    }
  }
}
