/** Loads the native binding and finds functions of libc in it. Nothing outside src/ffi imports this file. */

import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import { PathManagerError } from '../base/errors.js';
import type { FfiBindings, RefNapi, TypeHandle } from './bindings.js';

const load = createRequire(import.meta.url);

/** libffi by way of ffi-napi, without its JavaScript layer: that one is 20 times slower and leaves garbage. */
export const ffi = load('ffi-napi/lib/bindings') as FfiBindings;
const ref = load('ref-napi') as RefNapi;

// Arguments are written as the low half and the high half of 64-bit slots, in that order.
if (endianness() !== 'LE') {
  throw new PathManagerError('INTERNAL', `Only little-endian machines are supported, not "${process.arch}"`);
}

/**
 * The address of a buffer's first byte. It means nothing once the buffer is collected: whoever writes it down as a
 * number keeps the buffer as well. Node builds V8 without typed arrays on its movable heap, so it never changes.
 */
export function addressOf(buffer: Uint8Array): bigint {
  return BigInt(ref.address(buffer));
}

/** As addressOf, as a number. */
export function addressNumber(buffer: Uint8Array): number {
  return ref.address(buffer);
}

/** `length` bytes of memory at an address. Costs a full garbage collection, as ref-napi books 1 GiB for each: wrap once. */
export function memoryAt(address: bigint, length: number): Buffer {
  const pointer = Buffer.alloc(8);
  pointer.writeBigUInt64LE(address);
  return ref.readPointer(pointer, 0, length);
}

/** libffi's description of a function: what ffi_call needs, with everything it points to. */
export interface Signature {
  readonly cif: Buffer;
  readonly argumentTypes: Buffer;
  readonly types: readonly TypeHandle[];
}

export function signature(result: TypeHandle, types: readonly TypeHandle[]): Signature {
  const cif = Buffer.alloc(ffi.FFI_CIF_SIZE);
  const argumentTypes = pointersTo(types);
  const status = ffi.ffi_prep_cif(cif, types.length, result, argumentTypes, ffi.FFI_DEFAULT_ABI);
  if (status !== ffi.FFI_OK) {
    throw new PathManagerError('INTERNAL', `libffi refused a signature with status ${status}`, { status });
  }
  return { cif, argumentTypes, types: [result, ...types] };
}

/** An array of pointers to the buffers; they must be kept by the caller. Never empty: an empty Buffer has no address. */
export function pointersTo(buffers: readonly Uint8Array[]): Buffer {
  const pointers = Buffer.alloc(8 * Math.max(1, buffers.length));
  buffers.forEach((buffer, index) => pointers.writeBigUInt64LE(addressOf(buffer), 8 * index));
  return pointers;
}

const { ulonglong } = ffi.FFI_TYPES;
const dlsymSignature = signature(ulonglong, [ulonglong, ulonglong]);

function symbolAddress(name: string): bigint {
  const text = Buffer.from(`${name}\0`);
  // RTLD_DEFAULT is the null handle: whatever node itself is linked with, which is libc.
  const handle = Buffer.alloc(8);
  const textPointer = pointersTo([text]);
  const result = Buffer.alloc(8);
  ffi.ffi_call(dlsymSignature.cif, ffi.StaticFunctions.dlsym, result, pointersTo([handle, textPointer]));
  const address = result.readBigUInt64LE(0);
  if (address === 0n) throw new PathManagerError('INTERNAL', `libc has no function "${name}"`);
  return address;
}

// One wrap serves every function: a window round libc, of which each function is a one-byte view.
const windowReach = 0x1000_0000n;
const windowStart = symbolAddress('open') - windowReach;
const libcWindow = memoryAt(windowStart, Number(2n * windowReach));

/** A function of libc as ffi_call takes it. */
export function libcFunction(name: string): Buffer {
  const address = symbolAddress(name);
  const offset = Number(address - windowStart);
  const inside = offset >= 0 && offset < libcWindow.length;
  return inside ? libcWindow.subarray(offset, offset + 1) : memoryAt(address, 1);
}
