// Kills the controller or the watcher at random moments and starts it again after a random short while.
import type { StorageArray } from './storage-array.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.js';
import type { LabSystem } from './system.js';

export class Killer {
  readonly #system: LabSystem<StorageArray>;
  readonly #random: Random;
  readonly #pauseMs: () => number;
  readonly #counts = new Map<string, number>();
  readonly #work: Promise<void>;
  #ending = false;

  /** Each kill comes so many milliseconds after the start before it: from `least` on, and less than `most`. */
  constructor(system: LabSystem<StorageArray>, random: Random, least: number, most: number) {
    this.#system = system;
    this.#random = random;
    this.#pauseMs = () => least + random.below(most - least);
    this.#work = this.#run();
    // Whoever waits for it hears of its failure; until then it is nobody's.
    this.#work.catch(() => undefined);
  }

  get kills(): string[] {
    return [...this.#counts].map(([name, count]) => `${count} kills of ${name}`);
  }

  /** Resolves when both daemons run and know each other. */
  async stop(): Promise<void> {
    this.#ending = true;
    await this.#work;
    await this.#system.installation.controllerReady();
    await this.#system.watcherConnected();
  }

  async #run(): Promise<void> {
    const { controller, watcher } = this.#system.installation;
    while (!this.#ending) {
      // Ready or not: it may be killed at its start as well.
      await sleep(this.#pauseMs());
      const victim = this.#random.below(3) === 0 ? watcher : controller;
      await victim.kill();
      this.#counts.set(victim.name, (this.#counts.get(victim.name) ?? 0) + 1);
      await sleep(this.#random.below(300));
      victim.start();
    }
  }
}
