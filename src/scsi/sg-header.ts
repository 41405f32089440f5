/** `struct sg_io_hdr` (scsi/sg.h), interface version 3, as a 64-bit machine lays it out. */

/** Offsets of the fields and the size, from the header by a compiler. */
export const sgHeaderLayout = {
  size: 88,
  interface_id: 0,
  dxfer_direction: 4,
  cmd_len: 8,
  mx_sb_len: 9,
  iovec_count: 10,
  dxfer_len: 12,
  dxferp: 16,
  cmdp: 24,
  sbp: 32,
  timeout: 40,
  flags: 44,
  pack_id: 48,
  usr_ptr: 56,
  status: 64,
  masked_status: 65,
  msg_status: 66,
  sb_len_wr: 67,
  host_status: 68,
  driver_status: 70,
  resid: 72,
  duration: 76,
  info: 80,
} as const;

const layout = sgHeaderLayout;
const INTERFACE_ID = 'S'.charCodeAt(0);
/** As the kernel calls the directions of a transfer. */
const directions = { none: -1, out: -2, in: -3 } as const;

/** A command as the kernel takes it: where its parts lie in memory, and how long they are. */
export interface SgRequest {
  readonly packId: number;
  /** Milliseconds after which the kernel itself aborts the command. */
  readonly kernelTimeoutMs: number;
  readonly cdb: { readonly address: bigint; readonly length: number };
  readonly sense: { readonly address: bigint; readonly length: number };
  /** Data to the device ("out") or from it; with "none" address and length count for nothing. */
  readonly data: { readonly direction: keyof typeof directions; readonly address: bigint; readonly length: number };
}

/** Writes the fields that the kernel reads; the others become 0. Indirect I/O, no flags. */
export function writeSgHeader(header: Buffer, request: SgRequest): void {
  const { cdb, sense } = request;
  const data = request.data.direction === 'none' ? { address: 0n, length: 0 } : request.data;
  header.fill(0, 0, layout.size);
  header.writeInt32LE(INTERFACE_ID, layout.interface_id);
  header.writeInt32LE(directions[request.data.direction], layout.dxfer_direction);
  header.writeUInt8(cdb.length, layout.cmd_len);
  header.writeUInt8(sense.length, layout.mx_sb_len);
  header.writeUInt32LE(data.length, layout.dxfer_len);
  header.writeBigUInt64LE(data.address, layout.dxferp);
  header.writeBigUInt64LE(cdb.address, layout.cmdp);
  header.writeBigUInt64LE(sense.address, layout.sbp);
  header.writeUInt32LE(request.kernelTimeoutMs, layout.timeout);
  header.writeInt32LE(request.packId, layout.pack_id);
}

/** What the kernel says of a command that it has completed. */
export interface SgCompletion {
  readonly packId: number;
  readonly status: number;
  readonly hostStatus: number;
  readonly driverStatus: number;
  /** Bytes of sense data that were written. */
  readonly senseLength: number;
  /** Bytes that were to be moved less those that were, as the driver counts them: may be wrong in either direction. */
  readonly residual: number;
  readonly durationMs: number;
}

export function readSgHeader(header: Buffer): SgCompletion {
  return {
    packId: header.readInt32LE(layout.pack_id),
    status: header.readUInt8(layout.status),
    hostStatus: header.readUInt16LE(layout.host_status),
    driverStatus: header.readUInt16LE(layout.driver_status),
    senseLength: header.readUInt8(layout.sb_len_wr),
    residual: header.readInt32LE(layout.resid),
    durationMs: header.readUInt32LE(layout.duration),
  };
}
