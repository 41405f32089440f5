/**
 * A multipath target in memory, as drivers/md/dm-mpath.c (Linux 6.1) behaves: which group and path the next I/O takes, what
 * messages change, what counts as an event. The contract suite holds it to the real one.
 */
import type { DevT } from '../../src/base/ids.js';
import type { GroupFacts, MapTable } from '../../src/base/map-facts.js';
import { errno } from '../../src/ffi/errno.js';
import type { MapMessage } from '../../src/model/types.js';

interface FakePath {
  readonly devT: DevT;
  usable: boolean;
  failCount: number;
}

interface FakeGroup {
  readonly selector: MapTable['groups'][number]['selector'];
  readonly paths: readonly FakePath[];
  bypassed: boolean;
  /** The path that the selector gives next; good enough for all of them. */
  turn: number;
}

export class FakeMultipath {
  queueIfNoPath: boolean;
  readonly #groups: readonly FakeGroup[];
  #current: FakeGroup | null = null;
  #next: FakeGroup | null;
  readonly #onEvent: () => void;

  /** `onEvent` is called for what raises a dm event. */
  constructor(table: MapTable, onEvent: () => void) {
    this.queueIfNoPath = table.queueIfNoPath;
    this.#groups = table.groups.map(({ selector, paths }) => ({
      selector,
      paths: paths.map((devT) => ({ devT, usable: true, failCount: 0 })),
      bypassed: false,
      turn: 0,
    }));
    // The constructor takes the table's first group as an instruction to switch.
    this.#next = this.#groups[0] ?? null;
    this.#onEvent = onEvent;
  }

  get groups(): GroupFacts[] {
    return this.#groups.map((group) => ({
      selector: group.selector,
      state: group.bypassed ? 'bypassed' : group === this.#current ? 'active' : 'enabled',
      paths: group.paths.map(({ devT, usable, failCount }) => ({
        devT,
        failed: !usable,
        failCount,
        inFlight: group.selector === 'round-robin' ? null : 0,
      })),
    }));
  }

  /** The group that status text calls the next one. */
  get activeGroup(): number {
    const group = this.#next ?? this.#current ?? this.#groups[0];
    return group === undefined ? 0 : this.#groups.indexOf(group) + 1;
  }

  get devices(): DevT[] {
    return this.#groups.flatMap((group) => group.paths.map((path) => path.devT));
  }

  has(devT: DevT): boolean {
    return this.#pathsOf(devT).length > 0;
  }

  /** The path for the next I/O, or null where none is usable (choose_pgpath). */
  choosePath(): DevT | null {
    const path = this.#choose();
    if (path === null) this.#current = null;
    return path?.devT ?? null;
  }

  #choose(): FakePath | null {
    if (!this.#groups.some((group) => group.paths.some((path) => path.usable))) return null;
    const instructed = this.#next;
    this.#next = null;
    return (
      this.#pathIn(instructed) ??
      // A group keeps the I/O as long as it has a usable path, also a bypassed one.
      this.#pathIn(this.#current) ??
      this.#firstOf(this.#groups.filter((group) => !group.bypassed)) ??
      this.#firstOf(this.#groups.filter((group) => group.bypassed))
    );
  }

  #firstOf(groups: readonly FakeGroup[]): FakePath | null {
    for (const group of groups) {
      const path = this.#pathIn(group);
      if (path !== null) return path;
    }
    return null;
  }

  #pathIn(group: FakeGroup | null): FakePath | null {
    const usable = group?.paths.filter((path) => path.usable) ?? [];
    if (group === null || usable.length === 0) return null;
    this.#current = group;
    return usable[group.turn++ % usable.length] ?? null;
  }

  /** The kernel's own verdict after an I/O error, and the message fail_path. */
  fail(devT: DevT): void {
    for (const path of this.#pathsOf(devT).filter((each) => each.usable)) {
      path.usable = false;
      path.failCount++;
      this.#onEvent();
    }
  }

  #pathsOf(devT: DevT): FakePath[] {
    return this.#groups.flatMap((group) => group.paths.filter((path) => path.devT === devT));
  }

  /** Carries out a message; gives the errno, 0 where it succeeded. */
  message(message: MapMessage): number {
    switch (message.kind) {
      case 'fail-path':
        if (this.#pathsOf(message.devT).length === 0) return errno.EINVAL;
        this.fail(message.devT);
        return 0;
      case 'reinstate-path':
        return this.#reinstate(message.devT);
      case 'disable-group':
      case 'enable-group':
        return this.#bypass(message.group, message.kind === 'disable-group');
      case 'switch-group':
        return this.#switch(message.group);
      case 'queue-if-no-path':
      case 'fail-if-no-path':
        // No event.
        this.queueIfNoPath = message.kind === 'queue-if-no-path';
        return 0;
    }
  }

  #reinstate(devT: DevT): number {
    const paths = this.#pathsOf(devT);
    if (paths.length === 0) return errno.EINVAL;
    for (const path of paths.filter((each) => !each.usable)) {
      path.usable = true;
      this.#onEvent();
    }
    return 0;
  }

  #bypass(number: number, bypassed: boolean): number {
    const group = this.#groups[number - 1];
    if (group === undefined) return errno.EINVAL;
    group.bypassed = bypassed;
    this.#current = null;
    this.#onEvent();
    return 0;
  }

  #switch(number: number): number {
    const group = this.#groups[number - 1];
    if (group === undefined) return errno.EINVAL;
    // switch_pg_num walks over all groups and takes the mark from each.
    for (const each of this.#groups) each.bypassed = false;
    this.#current = null;
    this.#next = group;
    this.#onEvent();
    return 0;
  }
}
