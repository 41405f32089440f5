/** Which of the devices that are there the controller takes: keeps what was declined, so that a second path can change it. */
import { wwidOfUuid, type DevT, type Wwid } from '../base/ids.js';
import type { MapFacts } from '../base/map-facts.js';
import { leftOut, mayClaim, type ClaimPolicy, type LeftOut } from '../discovery/claim.js';
import type { PathFacts } from '../discovery/facts.js';
import type { ModelState } from '../model/types.js';

export type ClaimRules = Omit<ClaimPolicy, 'known'>;

export class Claims {
  readonly #rules: ClaimRules;
  readonly #facts = new Map<DevT, PathFacts>();
  /** Of disks that are not taken, the remote port behind which they are. */
  readonly #others = new Map<DevT, string>();

  constructor(rules: ClaimRules) {
    this.#rules = rules;
  }

  /** Takes everything there is; gives the paths of the logical units that are ours. */
  all(facts: readonly PathFacts[], known: ReadonlySet<Wwid>): readonly PathFacts[] {
    this.#facts.clear();
    for (const each of facts) this.#facts.set(each.devT, each);
    this.#others.clear();
    return this.#sorted(facts, [...this.#decide(facts, known).claimed.values()].flat());
  }

  /** Takes one device; gives the paths of its logical unit, earlier ones too where only this one makes it ours. */
  one(facts: PathFacts, known: ReadonlySet<Wwid>): readonly PathFacts[] {
    this.#facts.set(facts.devT, facts);
    // Its logical unit alone: a burst of a thousand paths must not decide about all of them a thousand times.
    const ofUnit = [...this.#facts.values()].filter((each) => each.wwid === facts.wwid);
    const claimed = this.#sorted(ofUnit, this.#decide(ofUnit, known).claimed.get(facts.wwid) ?? []);
    return known.has(facts.wwid) ? claimed.filter((each) => each.devT === facts.devT) : claimed;
  }

  /** The disks that are there and are not taken, each with the reason. */
  leftOut(known: ReadonlySet<Wwid>): readonly LeftOut[] {
    const facts = [...this.#facts.values()];
    return leftOut(facts, this.#decide(facts, known));
  }

  gone(devT: DevT): void {
    this.#facts.delete(devT);
    this.#others.delete(devT);
  }

  /** Remote ports behind which are disks that are not taken, each once. */
  sharedPorts(): readonly string[] {
    return [...new Set(this.#others.values())];
  }

  #sorted(seen: readonly PathFacts[], claimed: readonly PathFacts[]): readonly PathFacts[] {
    const ours = new Set(claimed.map(({ devT }) => devT));
    for (const { devT, remotePort } of seen) {
      if (remotePort === null || ours.has(devT)) this.#others.delete(devT);
      else this.#others.set(devT, remotePort);
    }
    return claimed;
  }

  #decide(facts: readonly PathFacts[], known: ReadonlySet<Wwid>): ReturnType<typeof mayClaim> {
    return mayClaim(facts, { ...this.#rules, known });
  }
}

/** The logical units that are ours: those of the state, and those that the kernel has a map of. */
export function knownUnits({ units }: Pick<ModelState, 'units'>, maps: readonly MapFacts[]): ReadonlySet<Wwid> {
  return new Set([...units.keys(), ...maps.flatMap((map) => wwidOfUuid(map.uuid) ?? [])]);
}
