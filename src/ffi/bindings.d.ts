/** The parts of ffi-napi's low-level binding and of ref-napi that src/ffi uses. Neither package brings types for them. */

/** An `ffi_type`, wrapped. */
export type TypeHandle = Buffer;

/** `ffi-napi/lib/bindings`: libffi almost as it is. All four blocks of a call are addresses of memory the caller owns. */
export interface FfiBindings {
  readonly FFI_OK: number;
  readonly FFI_DEFAULT_ABI: number;
  /** sizeof(ffi_cif) in bytes. */
  readonly FFI_CIF_SIZE: number;
  readonly FFI_TYPES: Readonly<Record<'int' | 'ulonglong' | 'longlong', TypeHandle>>;
  readonly StaticFunctions: Readonly<Record<'dlsym', Buffer>>;
  /** Fills `cif` and keeps the addresses of `argumentTypes`: both must live as long as the function is called. */
  ffi_prep_cif(cif: Buffer, count: number, result: TypeHandle, argumentTypes: Buffer, abi: number): number;
  ffi_call(cif: Buffer, target: Buffer, result: Buffer, argumentPointers: Buffer): void;
  /** Runs in a thread of libuv's pool. Holds none of the buffers: the caller does. `done` must not throw. */
  ffi_call_async(
    cif: Buffer,
    target: Buffer,
    result: Buffer,
    argumentPointers: Buffer,
    done: (error: string | null) => void,
  ): void;
}

export interface RefNapi {
  /** The address of the buffer's first byte; user space addresses are below 2^47 and fit a number. */
  address(buffer: Uint8Array): number;
  /** The memory of `length` bytes that the pointer at `offset` of `buffer` points to. */
  readPointer(buffer: Buffer, offset: number, length: number): Buffer;
}
