/** Where the log service stopped in the event stream, kept over restarts in a small file. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Position {
  /** Identifier of the last event that the event log is done with. */
  readonly log: string;
  /** The same of the journal, which may be ahead while the log's disk is full. */
  readonly journal: string;
  /** The last record said that the controller stopped: nothing of its run can be missing. */
  readonly ended: boolean;
}

/** An identifier of the event stream, "<epoch>.<sequence>" (src/services/api/event-ring.ts). */
const IDENTIFIER = /^([0-9A-Za-z-]{1,64})\.(\d{1,15})$/;

/** The position in the file; null where there is none. `damaged` where there is a file that cannot be understood. */
export function loadPosition(file: string): { readonly position: Position | null; readonly damaged: boolean } {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { position: null, damaged: (error as NodeJS.ErrnoException).code !== 'ENOENT' };
  }
  const position = readPosition(text);
  return { position, damaged: position === null };
}

/**
 * Saves by a rename, so a kill at any instant leaves a whole file. No fsync: after a power failure the controller starts
 * a new run and an older position costs nothing.
 */
export function savePosition(file: string, position: Position): void {
  const fresh = `${file}.new`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  writeFileSync(fresh, `${JSON.stringify(position)}\n`, { mode: 0o644 });
  renameSync(fresh, file);
}

/** True where event `id` is `last` or came before it in the same run of the controller. */
export function isDone(id: string, last: string): boolean {
  const [, epoch, sequence] = IDENTIFIER.exec(id) ?? [];
  const [, lastEpoch, lastSequence] = IDENTIFIER.exec(last) ?? [];
  return epoch !== undefined && epoch === lastEpoch && Number(sequence) <= Number(lastSequence);
}

function readPosition(text: string): Position | null {
  try {
    const { log, journal, ended } = JSON.parse(text) as Record<string, unknown>;
    if (typeof log !== 'string' || typeof journal !== 'string' || typeof ended !== 'boolean') return null;
    return IDENTIFIER.test(log) && IDENTIFIER.test(journal) ? { log, journal, ended } : null;
  } catch {
    return null;
  }
}
