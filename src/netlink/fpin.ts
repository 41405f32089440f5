/**
 * Fabric Performance Impact Notifications: what switches send to ports that registered for it, when a link degrades or
 * traffic is held up. Layouts and values: FC-LS-5 and include/uapi/scsi/fc/fc_els.h (struct fc_els_fpin); big-endian.
 */

import { PathManagerError } from '../base/errors.js';

/** One descriptor of an FPIN. */
export interface FpinDescriptor {
  readonly kind: 'link-integrity' | 'delivery' | 'peer-congestion' | 'congestion';
  /** What was seen, in words: "loss of signal". */
  readonly what: string;
  /** Congestion that is over: the one all-clear there is. */
  readonly clear: boolean;
  /**
   * World wide port name, as 16 hex digits, of the port at the link concerned: ours or one at the other end. Null in
   * `congestion`, which concerns the port that got the notification.
   */
  readonly attachedPort: string | null;
  /** Names of the ports that are reached through that one; often none are given. */
  readonly ports: readonly string[];
}

/** `struct fc_els_fpin`: command and three zero bytes, length of the descriptors, descriptors. */
const ELS_FPIN = 0x16;
const HEADER_BYTES = 8;
/** Tag and length, before each descriptor; the length does not count them (FC_TLV_DESC_HDR_SZ). */
const DESCRIPTOR_HEADER_BYTES = 8;

/** A descriptor without its tag and length, as far as it is read. */
interface Layout {
  readonly kind: FpinDescriptor['kind'];
  /** Length without the list of port names. */
  readonly size: number;
  readonly attached_wwpn: number | null;
  /** Place and bytes of the number that says what happened. */
  readonly event: { readonly at: number; readonly bytes: 2 | 4 };
  /** Where the count of port names is; the names follow it. */
  readonly pname_count: number | null;
  readonly words: ReadonlyMap<number, string>;
}

/** enum fc_fpin_congn_event_types */
const CONGESTION_CLEAR = 0;
const CONGESTION: ReadonlyMap<number, string> = new Map([
  [CONGESTION_CLEAR, 'clear'],
  [1, 'lost credit'],
  [2, 'credit stall'],
  [3, 'oversubscription'],
  [15, 'device specific'],
]);

/** By tag (enum fc_ls_tlv_dtag): struct fc_fn_li_desc, fc_fn_deli_desc, fc_fn_peer_congn_desc, fc_fn_congn_desc. */
const LAYOUTS: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  [
    0x0002_0001,
    {
      kind: 'link-integrity',
      size: 32,
      attached_wwpn: 8,
      event: { at: 16, bytes: 2 },
      pname_count: 28,
      // enum fc_fpin_li_event_types
      words: new Map([
        [0, 'unknown'],
        [1, 'link failure'],
        [2, 'loss of synchronization'],
        [3, 'loss of signal'],
        [4, 'primitive sequence protocol error'],
        [5, 'invalid transmission word'],
        [6, 'invalid CRC'],
        [15, 'device specific'],
      ]),
    },
  ],
  [
    0x0002_0002,
    {
      kind: 'delivery',
      size: 20,
      attached_wwpn: 8,
      event: { at: 16, bytes: 4 },
      pname_count: null,
      // enum fc_fpin_deli_event_types
      words: new Map([
        [0, 'unknown'],
        [1, 'timeout'],
        [2, 'unable to route'],
        [15, 'device specific'],
      ]),
    },
  ],
  [
    0x0002_0003,
    {
      kind: 'peer-congestion',
      size: 28,
      attached_wwpn: 8,
      event: { at: 16, bytes: 2 },
      pname_count: 24,
      words: CONGESTION,
    },
  ],
  [
    0x0002_0004,
    {
      kind: 'congestion',
      size: 12,
      attached_wwpn: null,
      event: { at: 0, bytes: 2 },
      pname_count: null,
      words: CONGESTION,
    },
  ],
]);

/**
 * Decodes the payload of an FPIN. Descriptors with a tag that is not known are passed over.
 * @throws PathManagerError NETLINK_MALFORMED where it is no FPIN, or a length says more than there is
 */
export function decodeFpin(bytes: Uint8Array): readonly FpinDescriptor[] {
  const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (payload.length < HEADER_BYTES) throw malformed(payload, 'is too short');
  const command = payload.readUInt8(0);
  if (command !== ELS_FPIN) throw malformed(payload, `is of command ${command}`);
  const length = payload.readUInt32BE(4);
  const end = HEADER_BYTES + length;
  if (end > payload.length) throw malformed(payload, `says it has ${length} bytes of descriptors`);

  const descriptors: FpinDescriptor[] = [];
  // Fewer bytes than a header are filling.
  for (let at = HEADER_BYTES; at + DESCRIPTOR_HEADER_BYTES <= end;) {
    const tag = payload.readUInt32BE(at);
    const size = payload.readUInt32BE(at + 4);
    at += DESCRIPTOR_HEADER_BYTES;
    if (at + size > end) throw malformed(payload, `has a descriptor that says it is ${size} bytes long`);
    const layout = LAYOUTS.get(tag);
    if (layout !== undefined) descriptors.push(read(payload, payload.subarray(at, at + size), layout));
    at += size;
  }
  return descriptors;
}

function read(payload: Buffer, descriptor: Buffer, layout: Layout): FpinDescriptor {
  const { kind, size, attached_wwpn, event, pname_count, words } = layout;
  if (descriptor.length < size) throw malformed(payload, `has a ${kind} descriptor of ${descriptor.length} bytes`);
  const number = descriptor.readUIntBE(event.at, event.bytes);
  const count = pname_count === null ? 0 : descriptor.readUInt32BE(pname_count);
  if (size + count * 8 > descriptor.length) throw malformed(payload, `says it names ${count} ports`);
  return {
    kind,
    what: words.get(number) ?? `type ${number}`,
    clear: words === CONGESTION && number === CONGESTION_CLEAR,
    attachedPort: attached_wwpn === null ? null : portName(descriptor, attached_wwpn),
    ports: Array.from({ length: count }, (_, index) => portName(descriptor, size + index * 8)),
  };
}

function portName(descriptor: Buffer, at: number): string {
  return descriptor.toString('hex', at, at + 8);
}

function malformed(payload: Buffer, what: string): PathManagerError {
  return new PathManagerError('NETLINK_MALFORMED', `FPIN of ${payload.length} bytes ${what}`, {
    bytes: payload.length,
    head: payload.toString('hex', 0, 64),
  });
}
