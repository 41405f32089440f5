/** The one place that performs a device-mapper ioctl: versions, flags, buffer growth, retries, errors. */

import { PathManagerError } from '../base/errors.js';
import { escapeControl } from '../base/text.js';
import { errno, errnoName } from '../ffi/errno.js';
import { ioctl } from '../ffi/libc.js';
import { controlDescriptor } from './control.js';
import type { DmFlag } from './flags.js';
import { dmFlags, flagBits, flagNames } from './flags.js';
import type { DmHeader } from './layout.js';
import { headerLayout, lengths, readHeader } from './layout.js';

interface Command {
  /** Its number in the ioctl request (linux/dm-ioctl.h). */
  readonly number: number;
  /**
   * The interface version that brought it, sent as ours: the kernel refuses a newer minor than its own, so an old kernel
   * says EINVAL to exactly what it does not know.
   */
  readonly since: readonly [4, number, 0];
  /** What it does, as it reads after "Cannot". */
  readonly verb: string;
  /** Whether EBUSY passes by itself: udev's helpers open a new device for a moment. The others mean it. */
  readonly busyPasses: boolean;
}

const commands = {
  version: { number: 0, since: [4, 0, 0], verb: 'read the interface version', busyPasses: false },
  // 4.37 put the event number behind each name; older kernels list all the same, and the answer's version tells.
  list: { number: 2, since: [4, 0, 0], verb: 'list devices', busyPasses: false },
  create: { number: 3, since: [4, 0, 0], verb: 'create', busyPasses: false },
  remove: { number: 4, since: [4, 0, 0], verb: 'remove', busyPasses: true },
  rename: { number: 5, since: [4, 0, 0], verb: 'rename', busyPasses: false },
  suspend: { number: 6, since: [4, 0, 0], verb: 'suspend', busyPasses: false },
  // The kernel's name for both is DM_DEV_SUSPEND; without the flag SUSPEND it resumes.
  resume: { number: 6, since: [4, 0, 0], verb: 'resume', busyPasses: false },
  status: { number: 7, since: [4, 0, 0], verb: 'read the state of', busyPasses: false },
  tableLoad: { number: 9, since: [4, 0, 0], verb: 'load table for', busyPasses: true },
  tableClear: { number: 10, since: [4, 0, 0], verb: 'clear the inactive table of', busyPasses: false },
  tableStatus: { number: 12, since: [4, 0, 0], verb: 'read the table or status of', busyPasses: false },
  targets: { number: 13, since: [4, 1, 0], verb: 'list targets', busyPasses: false },
  message: { number: 14, since: [4, 2, 0], verb: 'send message to', busyPasses: false },
  armPoll: { number: 16, since: [4, 37, 0], verb: 'arm for events', busyPasses: false },
  targetVersion: { number: 17, since: [4, 41, 0], verb: 'find target', busyPasses: false },
} as const satisfies Record<string, Command>;

export type DmCommand = keyof typeof commands;

/** The flags that the kernel heeds with each command; any other is a mistake of ours. */
interface AllowedFlags {
  version: never;
  /** UUID: the answer tells uuids, where the kernel is new enough for that. */
  list: 'UUID';
  create: never;
  remove: 'DEFERRED_REMOVE';
  rename: never;
  suspend: 'SUSPEND' | 'NOFLUSH' | 'SKIP_LOCKFS';
  resume: 'NOFLUSH' | 'SKIP_LOCKFS';
  status: never;
  tableLoad: 'READONLY';
  tableClear: never;
  tableStatus: 'STATUS_TABLE' | 'NOFLUSH' | 'QUERY_INACTIVE_TABLE';
  targets: never;
  message: never;
  armPoll: never;
  targetVersion: never;
}

export type FlagOf<C extends DmCommand> = AllowedFlags[C] & DmFlag;

/** A device by name or by uuid; never both, which the kernel refuses except to create one. */
export type DmRef = { readonly name: string } | { readonly uuid: string };

export interface DmRequest<C extends DmCommand> {
  readonly command: C;
  readonly name?: string;
  readonly uuid?: string;
  readonly flags?: readonly FlagOf<C>[];
  /** An event number or a udev cookie, as the command takes it. */
  readonly eventNr?: number;
  readonly targetCount?: number;
  /** What follows the header. */
  readonly payload?: Uint8Array;
  /** The control descriptor; the shared one unless given. Arming for events is per descriptor. */
  readonly control?: number;
}

export interface DmAnswer {
  readonly header: DmHeader;
  /** A copy of the data that follows the header. */
  readonly data: Buffer;
}

const FIRST_SIZE = 16 * 1024;
/** No answer of a sane kernel is larger; one that asks for more is refused and not obeyed. */
const LAST_SIZE = 64 * 1024 * 1024;
const BUSY_TRIES = 6;
const BUSY_PAUSE_MS = 100;

// Reused: an answer is copied out before the next request. Held here as long as the module lives.
let buffer = Buffer.alloc(FIRST_SIZE);

/**
 * Performs one operation.
 *
 * The kernel answers BUFFER_FULL where the answer does not fit; the request is then repeated with twice the room, which
 * is harmless as only reading commands have answers of variable size. EINTR is repeated. EBUSY is repeated for half a
 * second where it passes by itself (the process sleeps then: load and remove may block anyway).
 * @throws PathManagerError DM_IOCTL with `operation`, `map`, `errno` and the header's `flags`; DM_UNAVAILABLE
 */
export function dmIoctl<C extends DmCommand>(request: DmRequest<C>): DmAnswer {
  const command: Command = commands[request.command];
  const control = request.control ?? controlDescriptor();
  const payload = request.payload ?? new Uint8Array(0);
  ensureRoom(headerLayout.size + payload.byteLength + 8);
  let busy = 0;
  for (;;) {
    writeRequest(request, command, payload);
    const result = ioctl(control, requestNumber(command.number), buffer);
    if (result === -errno.EINTR) continue;
    if (result === -errno.EBUSY && command.busyPasses && ++busy < BUSY_TRIES) {
      pause(BUSY_PAUSE_MS);
      continue;
    }
    const header = readHeader(buffer);
    if (result < 0) throw failure(request, command, -result, header.flags);
    if ((header.flags & dmFlags.BUFFER_FULL) === 0) return { header, data: dataOf(header) };
    ensureRoom(buffer.length * 2);
  }
}

/** _IOWR(0xfd, number, struct dm_ioctl). */
export function requestNumber(number: number): number {
  return 0xc000_0000 + headerLayout.size * 0x1_0000 + 0xfd00 + number;
}

/** The ioctl number of a command, for the test against the header. */
export function commandNumber(command: DmCommand): number {
  return requestNumber(commands[command].number);
}

function ensureRoom(size: number): void {
  if (size <= buffer.length) return;
  if (size > LAST_SIZE) {
    throw new PathManagerError('DM_MALFORMED', `Device mapper wants ${size} bytes of room, more than ${LAST_SIZE}`);
  }
  let length = buffer.length;
  while (length < size) length *= 2;
  buffer = Buffer.alloc(length);
}

function writeRequest(request: DmRequest<DmCommand>, command: Command, payload: Uint8Array): void {
  buffer.fill(0, 0, headerLayout.size);
  command.since.forEach((part, index) => buffer.writeUInt32LE(part, headerLayout.version + 4 * index));
  buffer.writeUInt32LE(buffer.length, headerLayout.data_size);
  buffer.writeUInt32LE(headerLayout.size, headerLayout.data_start);
  buffer.writeUInt32LE(request.targetCount ?? 0, headerLayout.target_count);
  buffer.writeUInt32LE(flagBits(request.flags ?? []), headerLayout.flags);
  buffer.writeUInt32LE((request.eventNr ?? 0) >>> 0, headerLayout.event_nr);
  writeText(request.name ?? '', headerLayout.name, lengths.DM_NAME_LEN, 'name');
  writeText(request.uuid ?? '', headerLayout.uuid, lengths.DM_UUID_LEN, 'uuid');
  buffer.set(payload, headerLayout.size);
  // A message ends where its text does, and rename's new name too: nothing of an earlier request may follow it.
  buffer.fill(0, headerLayout.size + payload.byteLength, headerLayout.size + payload.byteLength + 8);
}

function writeText(text: string, offset: number, room: number, what: string): void {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length >= room || /[^\u0001-\u00ff]/.test(text)) {
    throw new PathManagerError(
      'BAD_IDENTIFIER',
      `Device mapper ${what} ${JSON.stringify(text)} is not 1 to ${room - 1} bytes without NUL`,
    );
  }
  buffer.set(bytes, offset);
}

/**
 * Bounded by our own buffer: a header that claims more is refused. A command without data sets a size below the start
 * (305, the offset of the header's own padding).
 */
function dataOf({ dataStart, dataSize }: DmHeader): Buffer {
  if (dataSize > buffer.length) {
    const text = `Device mapper's answer claims ${dataSize} bytes in a buffer of ${buffer.length}`;
    throw new PathManagerError('DM_MALFORMED', text);
  }
  return Buffer.from(buffer.subarray(dataStart, Math.max(dataStart, dataSize)));
}

function failure(request: DmRequest<DmCommand>, command: Command, number: number, flags: number): PathManagerError {
  const map = escapeControl(request.name ?? request.uuid ?? '');
  const object = map === '' ? '' : ` "${map}"`;
  const text = `Cannot ${command.verb}${object}: kernel returned ${errnoName(number)} (${number})`;
  const facts = { operation: request.command, map: map === '' ? null : map, errno: number };
  return new PathManagerError('DM_IOCTL', text, { ...facts, flags: flagNames(flags).join('|') });
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps without an event loop: what follows must not run before, and nothing else may run meanwhile. */
function pause(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}
