import { addressOf } from '../../../src/ffi/libc.js';
import { errno } from '../../../src/ffi/errno.js';
import type { WatchedEvents, Watch } from '../../../src/ffi/poller.js';
import type { SgDriver } from '../../../src/scsi/sg-driver.js';
import { sgHeaderLayout as layout } from '../../../src/scsi/sg-header.js';

const SG_DXFER_TO_DEV = -2;

/** How the fake device answers a command. */
export interface FakeAnswer {
  readonly status?: number;
  readonly hostStatus?: number;
  readonly sense?: Buffer;
  readonly data?: Buffer;
  /** What the driver counts as not received; right by default. */
  readonly residual?: number;
  /** The number under which the answer comes; that of the command by default. */
  readonly packId?: number;
}

/** A command that the fake kernel has taken, as it read it from the caller's memory. */
export interface TakenCommand {
  readonly packId: number;
  readonly cdb: string;
  readonly dataLength: number;
  /** Bytes for the device, copied at once as the kernel does with indirect I/O; null for a command without. */
  readonly dataOut: string | null;
  readonly kernelTimeoutMs: number;
}

interface Entry extends TakenCommand {
  readonly header: Buffer;
  answer: FakeAnswer | null;
}

/** An sg driver with one device: commands wait until the test answers them. Also the poller of its descriptor. */
export class FakeSg implements SgDriver {
  readonly fd = 42;
  readonly taken: TakenCommand[] = [];
  /** Errors that the next calls return, instead of doing their work. */
  openError = 0;
  submitError = 0;
  collectErrors: { readonly error: number; readonly packId?: number }[] = [];
  watchError: Error | null = null;
  /** The device has been removed: its descriptor is hung up. */
  gone = false;
  openFds = 0;
  watches = 0;
  collects = 0;
  #entries: Entry[] = [];
  #onReady: (() => void) | null = null;

  open(): number {
    if (this.openError !== 0) return -this.openError;
    this.openFds++;
    return this.fd;
  }

  submit(_fd: number, header: Buffer): number {
    if (this.submitError !== 0) return -this.submitError;
    const dataLength = header.readUInt32LE(layout.dxfer_len);
    const isOut = header.readInt32LE(layout.dxfer_direction) === SG_DXFER_TO_DEV;
    const command = {
      packId: header.readInt32LE(layout.pack_id),
      cdb: memory(header, layout.cmdp, header.readUInt8(layout.cmd_len)).toString('hex'),
      dataLength,
      dataOut: isOut ? memory(header, layout.dxferp, dataLength).toString('hex') : null,
      kernelTimeoutMs: header.readUInt32LE(layout.timeout),
    };
    this.taken.push(command);
    this.#entries.push({ ...command, header, answer: null });
    return layout.size;
  }

  collect(_fd: number, header: Buffer): number {
    this.collects++;
    const failure = this.collectErrors.shift();
    if (failure !== undefined) {
      header.writeInt32LE(failure.packId ?? 0, layout.pack_id);
      return -failure.error;
    }
    const index = this.#entries.findIndex(({ answer }) => answer !== null);
    const entry = this.#entries[index];
    if (entry === undefined) return -errno.EAGAIN;
    this.#entries.splice(index, 1);
    copyOut(entry, header);
    return layout.size;
  }

  isGone(): boolean {
    return this.gone;
  }

  close(): number {
    this.openFds--;
    return 0;
  }

  watch(_fd: number, _events: WatchedEvents, onReady: () => void): Watch {
    if (this.watchError !== null) throw this.watchError;
    this.watches++;
    this.#onReady = onReady;
    return {
      close: () => {
        this.watches--;
      },
    };
  }

  /** Completes the oldest command that is not, without anybody being told. */
  complete(answer: FakeAnswer = {}): void {
    const entry = this.#entries.find((one) => one.answer === null);
    if (entry === undefined) throw new Error('No command waits for an answer');
    entry.answer = answer;
  }

  /** The descriptor is readable or hung up. */
  wake(): void {
    this.#onReady?.();
  }

  /** Completes the oldest command and tells the channel. */
  answer(answer: FakeAnswer = {}): void {
    this.complete(answer);
    this.wake();
  }
}

/** What sg's read() does: header to the reader, sense and data to the addresses that came with the command. */
function copyOut({ header: request, answer, dataLength, packId }: Entry, header: Buffer): void {
  const { status = 0, hostStatus = 0, sense = Buffer.alloc(0), data = Buffer.alloc(0) } = answer ?? {};
  sense.copy(memory(request, layout.sbp, request.readUInt8(layout.mx_sb_len)));
  data.copy(memory(request, layout.dxferp, dataLength));
  request.copy(header);
  header.writeInt32LE(answer?.packId ?? packId, layout.pack_id);
  header.writeUInt8(status, layout.status);
  header.writeUInt8(sense.length, layout.sb_len_wr);
  header.writeUInt16LE(hostStatus, layout.host_status);
  header.writeInt32LE(answer?.residual ?? dataLength - data.length, layout.resid);
}

/** The caller's memory at an address in its header. It must lie in the block of the header itself, which is kept alive. */
function memory(header: Buffer, pointer: number, length: number): Buffer {
  if (length === 0) return Buffer.alloc(0);
  const offset = Number(header.readBigUInt64LE(pointer) - addressOf(header));
  return Buffer.from(header.buffer, header.byteOffset + offset, length);
}
