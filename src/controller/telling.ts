/**
 * Telling people what has happened, once what has to be done about it is on its way: a lost port is many records, and each
 * takes longer than the message to the kernel that keeps I/O from the path.
 */
export class Telling {
  #open: (() => void)[] = [];

  /** Tells in this order, once what the step asked for has been handed over and the applier's first job has had its turn. */
  later(tell: () => void): void {
    if (this.#open.push(tell) === 1) queueMicrotask(() => this.now());
  }

  /** Tells what is still to be told. */
  now(): void {
    const open = this.#open;
    this.#open = [];
    for (const tell of open) tell();
  }
}
