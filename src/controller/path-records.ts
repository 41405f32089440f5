/** What happened last to each path: one record of each kind that explains its state. */
import type { PathNumber, Wwid } from '../base/ids.js';
import type { EventId, EventRecord } from '../model/catalogue.js';

/** Failures by kernel, probe and transport, ways back, enablement, and the coming of the path. */
const KEPT: ReadonlySet<EventId> = new Set([262, 263, 270, 271, 273, 275, 276, 1001, 1005]);
const PATH_REMOVED = 274;

export class PathRecords {
  readonly #records = new Map<string, Map<EventId, EventRecord>>();

  /** Takes a record; a path that is removed is forgotten. */
  note(record: EventRecord): void {
    if (record.wwid === null || record.path === null) return;
    const name = nameOf(record.wwid, record.path);
    if (record.id === PATH_REMOVED) this.#records.delete(name);
    if (!KEPT.has(record.id)) return;
    const records = this.#records.get(name) ?? new Map<EventId, EventRecord>();
    // Set anew, so that the order is that of time.
    records.delete(record.id);
    this.#records.set(name, records.set(record.id, record));
  }

  /** The records of a path, newest first. */
  of(wwid: Wwid, path: PathNumber): readonly EventRecord[] {
    return [...(this.#records.get(nameOf(wwid, path))?.values() ?? [])].reverse();
  }
}

function nameOf(wwid: Wwid, path: PathNumber): string {
  return `${wwid} ${path}`;
}
