/** Reads the blank-separated words of a multipath table or status; what lies or ends early is DM_MALFORMED by name. */

import { PathManagerError } from '../base/errors.js';
import type { DevT } from '../base/ids.js';
import { devT } from '../base/ids.js';
import { escapeControl } from '../base/text.js';

export class Tokens {
  readonly #kind: string;
  readonly #words: readonly string[];
  #position = 0;

  /** `kind` is "table" or "status", for messages. */
  constructor(kind: string, text: string) {
    this.#kind = kind;
    this.#words = text.split(/\s+/).filter((word) => word !== '');
  }

  get left(): number {
    return this.#words.length - this.#position;
  }

  /** The next word; `what` is what it must be, for messages. */
  word(what: string): string {
    const word = this.#words[this.#position++];
    if (word === undefined) throw this.#malformed(`it ends where ${what} must be`);
    return word;
  }

  number(what: string): number {
    const word = this.word(what);
    const value = Number(word);
    if (!/^\d{1,10}$/.test(word)) throw this.#malformed(`"${escapeControl(word)}" is not ${what}`);
    return value;
  }

  /** A number of things of which each takes `size` words at least: never more than there are words for. */
  count(what: string, size = 1): number {
    const count = this.number(what);
    if (count * size > this.left)
      throw this.#malformed(`${what} is ${count}, more than its ${this.left} words can hold`);
    return count;
  }

  /** So many words. */
  words(count: number, what: string): string[] {
    return Array.from({ length: count }, () => this.word(what));
  }

  device(what: string): DevT {
    const word = this.word(what);
    if (!/^\d{1,4}:\d{1,7}$/.test(word)) throw this.#malformed(`"${escapeControl(word)}" is not ${what}`);
    return devT(word);
  }

  /** One of the words that `meanings` has. */
  choice<T>(what: string, meanings: Readonly<Record<string, T>>): T {
    const word = this.word(what);
    const meaning = Object.hasOwn(meanings, word) ? meanings[word] : undefined;
    if (meaning === undefined) throw this.#malformed(`"${escapeControl(word)}" is not ${what}`);
    return meaning;
  }

  end(): void {
    if (this.left > 0) throw this.#malformed(`${this.left} words too many from "${escapeControl(this.word(''))}" on`);
  }

  #malformed(problem: string): PathManagerError {
    return new PathManagerError('DM_MALFORMED', `Multipath ${this.#kind} is malformed: ${problem}`, {
      text: escapeControl(this.#words.join(' ')),
    });
  }
}
