/** Tells systemd how the service is (sd_notify(3)): ready, its status in a line, stopping, and the watchdog's signs of life. */
import type { Clock } from '../base/clock.js';
import { errno } from '../ffi/errno.js';
import { AF_UNIX, sendto, socket, socketTypes, unixAddress } from '../ffi/socket.js';

/** systemd takes its datagrams in no time; where its queue is full they are tried again after this. */
const RETRY_MS = 100;
/** Messages that wait at most: systemd that takes nothing for longer has troubles of its own. */
const MAX_WAITING = 16;

type Environment = Record<string, string | undefined>;

/** The service manager that started this process. Without one every call does nothing. */
export class ServiceManager {
  readonly #clock: Clock;
  readonly #address: Buffer | null;
  readonly #fd: number;
  readonly #watchdogMs: number | null;
  readonly #waiting: Buffer[] = [];
  #status: () => string = () => '';
  #told = '';

  /**
   * Takes $NOTIFY_SOCKET and $WATCHDOG_USEC out of `environment`, so that helper processes do not speak for the service.
   * @param pid this process: the watchdog may be meant for another one ($WATCHDOG_PID)
   */
  constructor(environment: Environment, clock: Clock, pid = process.pid) {
    this.#clock = clock;
    const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = environment;
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) Reflect.deleteProperty(environment, name);
    this.#address = unixAddress(NOTIFY_SOCKET ?? '');
    this.#fd = this.#address === null ? -1 : socket(AF_UNIX, socketTypes.SOCK_DGRAM, 0);
    const usec = Number(WATCHDOG_USEC);
    const mine = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === pid;
    this.#watchdogMs = this.present && mine && Number.isSafeInteger(usec) && usec > 0 ? usec / 1000 : null;
  }

  /** True where a service manager listens. */
  get present(): boolean {
    return this.#fd >= 0;
  }

  /** What `systemctl status` shows until the service is ready. */
  starting(status: string): void {
    this.#send(`STATUS=${line(status)}`);
  }

  /**
   * The service does its work from now on. The watchdog is fed from the main loop at half of its time: a loop that hangs
   * feeds nothing. `status` is asked each time, and told where it is another one.
   */
  ready(status: () => string): void {
    this.#status = status;
    this.#send(`READY=1${this.#news()}`);
    this.#feed();
  }

  stopping(status: string): void {
    this.#status = () => status;
    this.#send(`STOPPING=1${this.#news()}`);
  }

  #feed(): void {
    if (this.#watchdogMs === null) return;
    this.#clock.after('feed the watchdog', this.#watchdogMs / 2, () => {
      this.#send(`WATCHDOG=1${this.#news()}`);
      this.#feed();
    });
  }

  #news(): string {
    const status = line(this.#status());
    if (status === this.#told) return '';
    this.#told = status;
    return `\nSTATUS=${status}`;
  }

  #send(text: string): void {
    if (!this.present) return;
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push(Buffer.from(text));
    if (this.#waiting.length === 1) this.#drain();
  }

  #drain(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (sendto(this.#fd, first, this.#address) === -errno.EAGAIN) {
        this.#clock.after('tell systemd again', RETRY_MS, () => this.#drain());
        return;
      }
      // Any other failure is systemd's absence, which ends us soon enough.
      this.#waiting.shift();
    }
  }
}

/** A message is lines of NAME=value: a line break in a value would begin another one. */
function line(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
