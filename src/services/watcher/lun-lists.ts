/**
 * Whether a target still lists a logical unit that does not answer: its own word that the unit has been taken away, and not
 * only a cable. It is asked through the very port pair in question, once for all paths there.
 */
import type { Clock } from '../../base/clock.js';
import type { PathView, UnitView } from '../../model/view.js';

/** How long a list counts: probes of one round share it. */
const FRESH_MS = 1_000;

export interface LunListsOptions {
  readonly clock: Clock;
  /** Sends REPORT LUNS on one of these paths, all of one target; null where none answered. */
  readonly ask: (paths: readonly PathView[]) => Promise<readonly string[] | null>;
}

export class LunLists {
  readonly #options: LunListsOptions;
  readonly #lists = new Map<string, Promise<ReadonlySet<string> | null>>();

  #index: { readonly units: readonly UnitView[]; readonly places: ReadonlyMap<string, readonly PathView[]> } | null =
    null;

  constructor(options: LunListsOptions) {
    this.#options = options;
  }

  /**
   * Null where it cannot be known: nobody answers there, or the answer is an empty list, which an array gives while it
   * starts.
   * @param outcome of the probe that was in vain
   * @param units all that are known
   */
  async lists(path: PathView, outcome: string, units: readonly UnitView[]): Promise<boolean | null> {
    if (outcome !== 'lun-gone' && outcome !== 'transport') return null;
    const [place, lun] = split(path);
    // A target answers this command for a logical unit that it does not have, too (SPC-4 6.33); otherwise one beside it is
    // asked.
    const own = outcome === 'lun-gone' ? [path] : [];
    const askable = [...own, ...this.#answering(units, place).filter(({ devT }) => devT !== path.devT)];
    if (askable.length === 0) return null;
    const list = await this.#listOf(place, askable);
    return list === null || list.size === 0 ? null : list.has(lun);
  }

  /** The paths of one place that have not failed. */
  #answering(units: readonly UnitView[], place: string): readonly PathView[] {
    if (this.#index?.units !== units) this.#index = { units, places: byPlace(units) };
    return this.#index.places.get(place) ?? [];
  }

  #listOf(place: string, paths: readonly PathView[]): Promise<ReadonlySet<string> | null> {
    const known = this.#lists.get(place);
    if (known !== undefined) return known;
    const list = this.#options.ask(paths).then((luns) => (luns === null ? null : new Set(luns)));
    this.#lists.set(place, list);
    void list.finally(() =>
      this.#options.clock.after('forget a list of LUNs', FRESH_MS, () => this.#lists.delete(place)),
    );
    return list;
  }
}

/** "3:0:1:7" as host, channel and target, and LUN. */
function split({ number }: PathView): readonly [place: string, lun: string] {
  const at = number.lastIndexOf(':');
  return [number.slice(0, at), number.slice(at + 1)];
}

function byPlace(units: readonly UnitView[]): ReadonlyMap<string, readonly PathView[]> {
  const places = new Map<string, PathView[]>();
  for (const path of units.flatMap(({ paths }) => paths).filter(({ state }) => state !== 'failed')) {
    const [place] = split(path);
    const known = places.get(place);
    if (known === undefined) places.set(place, [path]);
    else known.push(path);
  }
  return places;
}
