/** The journal's MESSAGE_ID of each event: a fixed UUID, so that the journal finds its explanation in the catalog. */
import { createHash } from 'node:crypto';
import { catalogue } from '../../model/catalogue.js';

/** A random UUID of this product's own. Never change it: all identifiers follow from it. */
const NAMESPACE = Buffer.from('5a3c0c1f6f0e4e0fb0a5c6c1d6a9e2b7', 'hex');

/** Version 5 UUID (RFC 9562, 5.5) of an event ID, as 32 hexadecimal digits, the way journal fields have it. */
export function messageId(event: number): string {
  const bytes = createHash('sha1')
    .update(NAMESPACE)
    .update(`event ${String(event)}`)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex');
}

/** Event ID and MESSAGE_ID of the whole catalogue. */
export const messageIds: ReadonlyMap<number, string> = new Map(
  Object.keys(catalogue).map((id) => [Number(id), messageId(Number(id))]),
);
