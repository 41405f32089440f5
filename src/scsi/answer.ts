import { PathManagerError } from '../base/errors.js';

const SHOWN_BYTES = 64;

/**
 * A device's answer, read with bounds: what would lie past its end is refused by name and never read.
 * Numbers are big-endian, as everywhere in SCSI. Every refusal is a PathManagerError SCSI_MALFORMED.
 */
export class Answer {
  readonly #name: string;
  readonly #bytes: Uint8Array;

  /** @param name what the answer is, as it stands in an error: "VPD page 83h" */
  constructor(name: string, bytes: Uint8Array) {
    this.#name = name;
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  u8(offset: number): number {
    return this.#bytes[offset] ?? this.refuse(offset, 'a byte', 'the end');
  }

  u16(offset: number): number {
    return this.u8(offset) * 0x100 + this.u8(offset + 1);
  }

  u32(offset: number): number {
    return this.u16(offset) * 0x1_0000 + this.u16(offset + 2);
  }

  /** `length` bytes from `offset`: a view, not a copy. */
  bytes(offset: number, length: number): Uint8Array {
    const left = this.#bytes.length - offset;
    if (length > left) this.refuse(offset, `${length} bytes`, `${left}`);
    return this.#bytes.subarray(offset, offset + length);
  }

  /** Checks that the answer ends where its own length field says. @param end offset after its last byte, as declared */
  mustEndAt(end: number, lengthOffset: number): void {
    if (this.length !== end) this.refuse(lengthOffset, `a length that fits ${this.length} bytes`, `one for ${end}`);
  }

  /** Refuses the answer: which one, at which byte, what was wanted and what was found. */
  refuse(offset: number, wanted: string, found: string): never {
    throw new PathManagerError(
      'SCSI_MALFORMED',
      `${this.#name} is malformed at byte ${offset}: wanted ${wanted}, found ${found}`,
      { page: this.#name, offset, wanted, found, bytes: toHex(this.#bytes.subarray(0, SHOWN_BYTES)) },
    );
  }
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** A number in the standards' way of writing, as "83h". */
export function hexNumber(value: number): string {
  return `${value.toString(16).padStart(2, '0')}h`;
}

/**
 * A text field of fixed width, as people read it: blanks and zero bytes at both ends removed, everything that is not
 * printable ASCII (SPC-4 4.3.1 allows nothing else) as \xNN.
 */
export function asciiField(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return text
    .replace(/^[ \0]+|[ \0]+$/g, '')
    .replace(/[^\x20-\x7e]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
