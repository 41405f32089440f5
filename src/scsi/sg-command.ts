/** One SCSI command under way: all memory that the kernel knows of, and the reply made from it. */

import { addressOf } from '../ffi/libc.js';
import { outcomeOf, statusText } from './outcome.js';
import type { CommandStatus, Outcome } from './outcome.js';
import { decodeSense } from './sense.js';
import { sgHeaderLayout, writeSgHeader } from './sg-header.js';
import type { SgCompletion } from './sg-header.js';

/** How a command ended. Status bytes are 0 and the sense null where the kernel has not told. */
export interface ScsiReply extends CommandStatus {
  readonly outcome: Outcome;
  /** What the device sent, no byte more; empty for any outcome but "good", and for data that went to it. */
  readonly data: Buffer;
  /** Bytes asked for and not received, or given and not taken. */
  readonly residual: number;
  /** How long the device had the command, or the caller waited for room; by our clock. */
  readonly durationMs: number;
  /** The end in words, for a log. */
  readonly reason: string;
}

/** What a command carries: so many bytes wanted from the device, or bytes for it; nothing where both are left out. */
export interface CommandData {
  readonly dataIn?: number;
  readonly dataOut?: Uint8Array;
}

/** A reply without an answer of the device. */
export function replyWithout(outcome: Outcome, reason: string, durationMs: number): ScsiReply {
  const nothing = { status: 0, hostStatus: 0, driverStatus: 0, sense: null, data: Buffer.alloc(0), residual: 0 };
  return { outcome, ...nothing, durationMs, reason };
}

/** SCSI_SENSE_BUFFERSIZE: the kernel keeps no more. */
const SENSE_LENGTH = 96;
const CDB_SPACE = 32;

const HEADER_AT = 0;
const CDB_AT = 96;
const SENSE_AT = CDB_AT + CDB_SPACE;
const DATA_AT = SENSE_AT + SENSE_LENGTH;

/**
 * Header, CDB, sense and data in one block of memory: one reference keeps all of it alive while the kernel has it, and
 * its address never changes.
 */
export class SgCommand {
  readonly packId: number;
  readonly #block: Buffer;
  /** Bytes of data that the device may send. */
  readonly #room: number;

  constructor(packId: number, cdb: Uint8Array, { dataIn = 0, dataOut }: CommandData, kernelTimeoutMs: number) {
    const length = dataOut?.length ?? dataIn;
    this.packId = packId;
    this.#room = dataOut === undefined ? dataIn : 0;
    this.#block = Buffer.alloc(DATA_AT + length);
    this.#block.set(cdb.subarray(0, CDB_SPACE), CDB_AT);
    if (dataOut !== undefined) this.#block.set(dataOut, DATA_AT);
    const address = addressOf(this.#block);
    const at = (offset: number, length: number) => ({ address: address + BigInt(offset), length });
    writeSgHeader(this.header, {
      packId,
      kernelTimeoutMs,
      cdb: at(CDB_AT, cdb.length),
      sense: at(SENSE_AT, SENSE_LENGTH),
      data: { direction: this.#room > 0 ? 'in' : length > 0 ? 'out' : 'none', ...at(DATA_AT, length) },
    });
  }

  /** For the driver's `submit`. */
  get header(): Buffer {
    return this.#block.subarray(HEADER_AT, sgHeaderLayout.size);
  }

  /** The reply, once the kernel has filled the buffers. */
  reply(completion: SgCompletion, durationMs: number): ScsiReply {
    const { status, hostStatus, driverStatus } = completion;
    const senseEnd = SENSE_AT + Math.min(completion.senseLength, SENSE_LENGTH);
    const end = { status, hostStatus, driverStatus, sense: decodeSense(this.#block.subarray(SENSE_AT, senseEnd)) };
    const outcome = outcomeOf(end);
    // A driver may count wrongly, a target lie: never outside the buffer.
    const residual = Math.min(Math.max(completion.residual, 0), this.#block.length - DATA_AT);
    const received = outcome === 'good' ? Math.max(0, this.#room - residual) : 0;
    const data = this.#block.subarray(DATA_AT, DATA_AT + received);
    return { outcome, ...end, data, residual, durationMs, reason: statusText(end) };
  }
}
