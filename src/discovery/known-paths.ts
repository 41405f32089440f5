import { pathKey } from '../base/ids.js';
import type { PathKey, PathNumber, Wwid } from '../base/ids.js';
import type { PathFacts } from './facts.js';

/** The paths that have been told, found by node, by number and by identity. */
export class KnownPaths {
  readonly #byNode = new Map<string, PathFacts>();
  readonly #byNumber = new Map<PathNumber, PathFacts>();
  readonly #byIdentity = new Map<string, PathFacts>();

  get(node: string): PathFacts | undefined {
    return this.#byNode.get(node);
  }

  withNumber(number: PathNumber): PathFacts | undefined {
    return this.#byNumber.get(number);
  }

  withIdentity(wwid: Wwid, key: PathKey): PathFacts | undefined {
    return this.#byIdentity.get(identity(wwid, key));
  }

  /** In the order in which they came. */
  list(): PathFacts[] {
    return [...this.#byNode.values()];
  }

  nodes(): Iterable<string> {
    return this.#byNode.keys();
  }

  /** Takes the place of what is known of the same node. */
  set(facts: PathFacts): void {
    const before = this.#byNode.get(facts.node);
    if (before !== undefined) this.#unindex(before);
    this.#byNode.set(facts.node, facts);
    this.#byNumber.set(facts.number, facts);
    this.#byIdentity.set(identity(facts.wwid, facts.key), facts);
  }

  delete(node: string): void {
    const before = this.#byNode.get(node);
    if (before === undefined) return;
    this.#byNode.delete(node);
    this.#unindex(before);
  }

  /** Numbers and identities may have gone over to another node by now. */
  #unindex(facts: PathFacts): void {
    if (this.#byNumber.get(facts.number) === facts) this.#byNumber.delete(facts.number);
    const id = identity(facts.wwid, facts.key);
    if (this.#byIdentity.get(id) === facts) this.#byIdentity.delete(id);
  }
}

function identity(wwid: Wwid, key: PathKey): string {
  return `${wwid} ${key}`;
}

/**
 * The facts with a key that no other path of the same unit has. Where neither transport nor page 83h tells two paths
 * apart (a bridge that gives one port name on two channels), the one that comes second gets its path number into the
 * key: it works, and may lose its priority at the next boot, when the number is another.
 */
export function distinctKey(facts: PathFacts, known: KnownPaths): PathFacts {
  const owner = known.withIdentity(facts.wwid, facts.key);
  return owner === undefined || owner.node === facts.node ? facts : { ...facts, key: numberedKey(facts) };
}

/** The key that a path gets when its own is another path's. */
export function numberedKey({ initiatorPort, targetPort, number, key }: PathFacts): PathKey {
  const lun = Number(key.slice(key.lastIndexOf('|') + 1));
  return pathKey(initiatorPort, `${targetPort}#${number}`, lun);
}
