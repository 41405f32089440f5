/** The journal's socket. A machine without a journal is no error, and a journal that takes no more now holds nobody up. */
import type { Clock, Timer } from '../../base/clock.js';
import { errno } from '../../ffi/errno.js';
import { AF_UNIX, close, expectOk, sendto, socket, socketTypes, unixAddress } from '../../ffi/libc.js';

export const JOURNAL_SOCKET = '/run/systemd/journal/socket';

/** The kernel queues a few hundred datagrams for the journal; as many again wait here. */
const WAITING_MAX = 512;
const RETRY_MS = 250;

/** What a full queue at the other end gives; everything else means that there is no journal. */
const takesNoMore: readonly number[] = [-errno.EAGAIN, -errno.ENOBUFS, -errno.ENOMEM, -errno.EINTR];

export class JournalSocket {
  readonly #clock: Clock;
  readonly #address: Buffer | null;
  readonly #fd: number;
  #waiting: Buffer[] = [];
  #timer: Timer | null = null;

  /** @throws PathManagerError SYSCALL where no socket can be made */
  constructor(clock: Clock, path: string = JOURNAL_SOCKET) {
    this.#clock = clock;
    this.#address = unixAddress(path);
    this.#fd = expectOk(socket(AF_UNIX, socketTypes.SOCK_DGRAM | socketTypes.SOCK_NONBLOCK, 0), 'open a unix socket');
  }

  /** Datagrams that the journal has not taken yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  send(datagram: Buffer): void {
    // In order: nothing overtakes what waits.
    if (this.#waiting.length === 0 && this.#taken(datagram)) return;
    this.#waiting.push(datagram);
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    this.#timer ??= this.#clock.after('journal', RETRY_MS, () => this.#retry());
  }

  close(): void {
    this.#timer?.cancel();
    close(this.#fd);
  }

  #retry(): void {
    this.#timer = null;
    const stuck = this.#waiting.findIndex((datagram) => !this.#taken(datagram));
    this.#waiting = stuck === -1 ? [] : this.#waiting.slice(stuck);
    if (this.#waiting.length > 0) this.#timer = this.#clock.after('journal', RETRY_MS, () => this.#retry());
  }

  /** False where it must be tried again. */
  #taken(datagram: Buffer): boolean {
    return this.#address === null || !takesNoMore.includes(sendto(this.#fd, datagram, this.#address));
  }
}
