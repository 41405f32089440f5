// Random choices that can be made again: a test prints its seed, and takes one from PATHMANAGER_SEED.

/** Marsaglia's xorshift with 32 bits: short, and good enough to choose cables. */
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed = Number(process.env['PATHMANAGER_SEED'] ?? Date.now() % 1_000_000_007)) {
    this.seed = seed;
    // Zero would stay zero.
    this.#state = seed === 0 ? 1 : seed | 0;
  }

  /** An integer from 0 to `below` - 1. */
  below(below: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % below;
  }

  /** So many of the values, in no order. */
  some<T>(values: readonly T[], count: number): T[] {
    const left = [...values];
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)).flat();
  }
}
