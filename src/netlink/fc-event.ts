/** Events of the Fibre Channel transport as the kernel multicasts them. */

import { PathManagerError } from '../base/errors.js';
import { decodeFpin } from './fpin.js';
import type { FpinDescriptor } from './fpin.js';

/** enum fc_host_event_code (include/scsi/scsi_transport_fc.h), which follows HBAAPI 2.0; vendor events are left out. */
const EVENTS = {
  0x1: 'lip',
  0x2: 'link-up',
  0x3: 'link-down',
  0x4: 'lip-reset',
  0x5: 'rscn',
  0x103: 'adapter-change',
  0x200: 'port-unknown',
  0x201: 'port-offline',
  0x202: 'port-online',
  0x204: 'port-fabric',
  0x500: 'link-unknown',
} as const;

/** What happened to a port of this machine, or what the fabric sent to it. */
export type FcEventKind = (typeof EVENTS)[keyof typeof EVENTS];

/** An event of one SCSI host, as "host2". */
export type FcEvent =
  | { readonly kind: FcEventKind; readonly host: string }
  | {
      /** A Fabric Performance Impact Notification. */
      readonly kind: 'fpin';
      readonly host: string;
      readonly descriptors: readonly FpinDescriptor[];
    };

/** An FPIN is the largest: one ELS frame of at most 2112 bytes (FC-FS), some drivers gather a few. */
export const FC_EVENT_MAX_BYTES = 16384;

/** FCH_EVT_LINK_FPIN, and FCH_EVT_LINK_FPIN_ACK where the driver itself has acted on it (Linux 6.3). */
const FPIN_CODES: ReadonlySet<number> = new Set([0x501, 0x502]);

/** `struct nlmsghdr` (include/uapi/linux/netlink.h). */
const netlinkLayout = { size: 16, nlmsg_len: 0, nlmsg_type: 4 } as const;
/** NLMSG_MIN_TYPE + 1 (include/uapi/scsi/scsi_netlink.h). */
const SCSI_TRANSPORT_MSG = 0x11;

/** `struct scsi_nl_hdr` (scsi_netlink.h), with which `struct fc_nl_event` (scsi_netlink_fc.h) begins. */
const eventLayout = {
  size: 40,
  version: 0,
  transport: 1,
  magic: 2,
  msgtype: 4,
  msglen: 6,
  host_no: 24,
  event_datalen: 26,
  event_code: 32,
  event_data: 36,
} as const;
const SCSI_NL_VERSION = 1;
const SCSI_NL_TRANSPORT_FC = 1;
const SCSI_NL_MAGIC = 0xa1b2;
const FC_NL_ASYNC_EVENT = 0x0100;

/**
 * Decodes one netlink message; headers are in the byte order of the machine, an FPIN in that of the fabric. Gives null
 * for an event with a code that is not known, a vendor's own among them.
 * @throws PathManagerError NETLINK_MALFORMED for anything that the kernel would not write
 */
export function decodeFcEvent(bytes: Uint8Array): FcEvent | null {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const event = eventOf(message);
  const length = event.readUInt16LE(eventLayout.event_datalen);
  if (eventLayout.event_data + length > event.length) throw malformed(message, `says it has ${length} bytes of data`);
  const host = `host${event.readUInt16LE(eventLayout.host_no)}`;
  const code = event.readUInt32LE(eventLayout.event_code);
  if (FPIN_CODES.has(code)) {
    const data = event.subarray(eventLayout.event_data, eventLayout.event_data + length);
    return { kind: 'fpin', host, descriptors: decodeFpin(data) };
  }
  return isKnown(code) ? { kind: EVENTS[code], host } : null;
}

/** The `fc_nl_event` in a netlink message, as long as its own header says. */
function eventOf(message: Buffer): Buffer {
  if (message.length < netlinkLayout.size + eventLayout.size) throw malformed(message, 'is too short');
  const length = message.readUInt32LE(netlinkLayout.nlmsg_len);
  if (length > message.length) throw malformed(message, `says it is ${length} bytes long`);
  const type = message.readUInt16LE(netlinkLayout.nlmsg_type);
  if (type !== SCSI_TRANSPORT_MSG) throw malformed(message, `is of netlink type ${type}`);

  const event = message.subarray(netlinkLayout.size, Math.max(length, netlinkLayout.size));
  if (event.length < eventLayout.size) throw malformed(message, `says it is ${length} bytes long`);
  const magic = event.readUInt16LE(eventLayout.magic);
  if (magic !== SCSI_NL_MAGIC) throw malformed(message, `has the magic number ${magic}`);
  const version = event.readUInt8(eventLayout.version);
  if (version !== SCSI_NL_VERSION) throw malformed(message, `is of version ${version}`);
  const transport = event.readUInt8(eventLayout.transport);
  if (transport !== SCSI_NL_TRANSPORT_FC) throw malformed(message, `is of transport ${transport}`);
  const kind = event.readUInt16LE(eventLayout.msgtype);
  if (kind !== FC_NL_ASYNC_EVENT) throw malformed(message, `is of message type ${kind}`);
  const eventLength = event.readUInt16LE(eventLayout.msglen);
  if (eventLength < eventLayout.size || eventLength > event.length) {
    throw malformed(message, `says its event is ${eventLength} bytes long`);
  }
  return event.subarray(0, eventLength);
}

function isKnown(code: number): code is keyof typeof EVENTS {
  return Object.hasOwn(EVENTS, code);
}

function malformed(message: Buffer, what: string): PathManagerError {
  return new PathManagerError('NETLINK_MALFORMED', `Fibre Channel event of ${message.length} bytes ${what}`, {
    bytes: message.length,
    head: message.toString('hex', 0, 64),
  });
}
