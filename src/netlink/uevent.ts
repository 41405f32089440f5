import { PathManagerError } from '../base/errors.js';

/** What the kernel says happened (lib/kobject_uevent.c, kobject_actions). */
export type UeventAction = 'add' | 'remove' | 'change' | 'move' | 'online' | 'offline' | 'bind' | 'unbind';

/** One kernel uevent. Values are text from drivers and devices: escape them before they are shown. */
export interface Uevent {
  readonly action: UeventAction;
  /** The device's folder below /sys, with its leading slash. */
  readonly devpath: string;
  readonly subsystem: string;
  /** The kernel's count of uevents since boot; null in a message without one. */
  readonly seqnum: number | null;
  /** Every KEY=VALUE of the message, ACTION, DEVPATH, SUBSYSTEM and SEQNUM too. */
  readonly properties: ReadonlyMap<string, string>;
}

/**
 * The largest message that the kernel sends: the header (a path of at most PATH_MAX) and UEVENT_BUFFER_SIZE bytes of
 * properties (include/linux/kobject.h: 2048, and 64 of them), with room for later kernels.
 */
export const UEVENT_MAX_BYTES = 16384;

const MAX_PROPERTIES = 256;
const ACTIONS: ReadonlySet<string> = new Set<UeventAction>([
  'add',
  'remove',
  'change',
  'move',
  'online',
  'offline',
  'bind',
  'unbind',
]);

/** libudev's own messages on the same netlink family begin with this, terminated (libudev-monitor.c). */
const LIBUDEV_MAGIC = Buffer.from('libudev\0');

/**
 * Decodes "add@/devices/...\0KEY=VALUE\0...\0". Gives null for a message in libudev's format, which is udev's word and
 * not the kernel's.
 * @throws PathManagerError NETLINK_MALFORMED for anything that the kernel would not write
 */
export function decodeUevent(bytes: Uint8Array): Uevent | null {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (message.subarray(0, LIBUDEV_MAGIC.length).equals(LIBUDEV_MAGIC)) return null;
  if (message.length > UEVENT_MAX_BYTES) throw malformed(message, 'is too long');
  if (message.length === 0 || message.at(-1) !== 0) throw malformed(message, 'does not end with a NUL');

  const [header = '', ...lines] = message.toString('utf8', 0, message.length - 1).split('\0');
  const at = header.indexOf('@');
  const action = header.slice(0, Math.max(at, 0));
  const devpath = header.slice(at + 1);
  if (!isAction(action)) throw malformed(message, 'has no known action');
  if (!isDevpath(devpath)) throw malformed(message, 'has no proper device path');
  if (lines.length > MAX_PROPERTIES) throw malformed(message, `has ${lines.length} properties`);

  const properties = readProperties(message, lines);
  if (properties.get('ACTION') !== action) throw malformed(message, 'has another ACTION than its header');
  if (properties.get('DEVPATH') !== devpath) throw malformed(message, 'has another DEVPATH than its header');
  const subsystem = properties.get('SUBSYSTEM');
  if (subsystem === undefined || subsystem === '') throw malformed(message, 'has no SUBSYSTEM');
  return { action, devpath, subsystem, seqnum: readSeqnum(message, properties.get('SEQNUM')), properties };
}

/**
 * The core writes ACTION, DEVPATH and SUBSYSTEM before a driver adds its own (kobject_uevent_env): of a key that comes
 * twice the first counts, so that no driver's text stands in for the core's.
 */
function readProperties(message: Buffer, lines: readonly string[]): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of lines) {
    const equals = line.indexOf('=');
    if (equals <= 0) throw malformed(message, 'has a property without a key');
    const key = line.slice(0, equals);
    if (!properties.has(key)) properties.set(key, line.slice(equals + 1));
  }
  return properties;
}

function readSeqnum(message: Buffer, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,20}$/.test(text)) throw malformed(message, 'has a SEQNUM that is not a number');
  return Number(text);
}

function isAction(text: string): text is UeventAction {
  return ACTIONS.has(text);
}

/** A path that may be put behind the root of sysfs: it must not lead out of it. */
function isDevpath(text: string): boolean {
  return text.startsWith('/') && text.length < 4096 && !text.split('/').includes('..');
}

function malformed(message: Buffer, what: string): PathManagerError {
  return new PathManagerError('NETLINK_MALFORMED', `Uevent of ${message.length} bytes ${what}`, {
    bytes: message.length,
    head: message.toString('hex', 0, 64),
  });
}
