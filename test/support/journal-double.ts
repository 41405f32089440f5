/** A journal: a unix datagram socket that takes what is sent to it, by the project's own FFI. */
import { close, expectOk, recvmsg } from '../../src/ffi/libc.js';
import { AF_UNIX, bind, socket, socketTypes, unixAddress } from '../../src/ffi/socket.js';

export class JournalDouble {
  readonly #fd: number;

  constructor(path: string) {
    this.#fd = expectOk(socket(AF_UNIX, socketTypes.SOCK_DGRAM | socketTypes.SOCK_NONBLOCK, 0), 'open a socket');
    expectOk(bind(this.#fd, unixAddress(path) ?? Buffer.alloc(0)), `bind it to ${path}`);
  }

  /** Every datagram that has come since the last call. */
  datagrams(): Buffer[] {
    const taken: Buffer[] = [];
    for (;;) {
      const buffer = Buffer.alloc(65_536);
      const { length } = recvmsg(this.#fd, buffer);
      if (length < 0) return taken;
      taken.push(buffer.subarray(0, length));
    }
  }

  /** The fields of every datagram; only for values without line breaks. */
  entries(): Readonly<Record<string, string>>[] {
    return this.datagrams().map((datagram) =>
      Object.fromEntries(
        datagram
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ),
    );
  }

  close(): void {
    close(this.#fd);
  }
}
