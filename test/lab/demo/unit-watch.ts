// Tells when the controller shows something: told by its event stream, so that waiting takes nothing from the one CPU.
import type { UnitView } from '../../../src/model/view.js';
import type { ApiClient } from '../../../src/services/api-client/client.js';

export class UnitWatch {
  readonly #client: ApiClient;
  readonly #waiting = new Set<(units: readonly UnitView[]) => void>();

  private constructor(client: ApiClient) {
    this.#client = client;
  }

  static async open(client: ApiClient): Promise<UnitWatch> {
    const watch = new UnitWatch(client);
    await client.events(null, {
      onEvent: ({ kind }) => {
        if (kind === 'units') void watch.#look();
      },
      // Whoever waits then waits in vain, and says so.
      onEnd: () => undefined,
    });
    return watch;
  }

  /** Resolves as soon as the units are as wanted; rejects with what they are when that takes too long. */
  until(what: string, test: (units: readonly UnitView[]) => boolean, withinMs = 30_000): Promise<readonly UnitView[]> {
    return new Promise((resolve, reject) => {
      let latest: readonly UnitView[] = [];
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = (units: readonly UnitView[]): void => {
        latest = units;
        if (!test(units)) return;
        done();
        resolve(units);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`Waited ${withinMs / 1000} s in vain until ${what}; there is\n${describe(latest)}`));
      }, withinMs);
      this.#waiting.add(look);
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    if (this.#waiting.size === 0) return;
    // A controller that does not answer shows nothing new.
    const view = await this.#client.get('/v1/units').catch(() => undefined);
    if (view !== undefined) for (const look of [...this.#waiting]) look(view.units);
  }
}

function describe(units: readonly UnitView[]): string {
  return units
    .map(({ number, paths }) => `#${number} ${paths.map((path) => `${path.number} ${path.state}`).join(', ')}`)
    .join('\n');
}
