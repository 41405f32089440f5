/**
 * Runs map changes in helper processes.
 *
 * A table load opens the path devices and a suspend waits for their I/O: behind a LUN that hangs, the ioctl sits in
 * uninterruptible sleep for as long as the kernel gives the LUN. A thread that sits there keeps its whole process from
 * exiting, even by SIGKILL, so such calls are made by a process of their own. When the daemon ends, a helper finishes the
 * change it is in and ends too.
 */
import { fork, type ChildProcess } from 'node:child_process';
import type { Clock, Timer } from '../base/clock.js';
import { PathManagerError, type ErrorCode, type ErrorFacts } from '../base/errors.js';
import type { MapChange } from './ports.js';

/** What a helper says: once that it is up, then an answer to each change. */
export type HelperMessage = { readonly up: true } | ChangeAnswer;

export type ChangeAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string; readonly facts: ErrorFacts };

interface Job {
  readonly change: MapChange;
  resolve(): void;
  reject(error: PathManagerError): void;
}

interface Helper {
  readonly process: ChildProcess;
  /** It has been started and has not said yet that it is up. */
  starting: boolean;
  job: Job | null;
}

/** Helpers that may sit behind hung storage at once; further changes wait for one of them. */
const MAX_HELPERS = 16;
/** A change usually takes milliseconds: one more helper is worth starting only when nobody has come free for this long. */
const STUCK_MS = 1_000;
/** Helpers beyond the first that have nothing to do end after this time. */
const SPARE_MS = 5_000;

export class ChangePool {
  readonly #program: string;
  readonly #clock: Clock;
  readonly #helpers: Helper[] = [];
  readonly #waiting: Job[] = [];
  #spare: Timer | null = null;
  #growth: Timer | null = null;
  #closed = false;

  /** `program` is the compiled entry point of the helper (src/bin/map-changer). */
  constructor(program: string, clock: Clock) {
    this.#program = program;
    this.#clock = clock;
    this.#start();
  }

  /** Runs a change. Rejects with the helper's error; with APPLY_FAILED when the helper died. */
  run(change: MapChange): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#dispatch();
    });
  }

  /** Helper processes that run. */
  get helpers(): number {
    return this.#helpers.length;
  }

  /** Lets go of the helpers: idle ones end now, busy ones after their change. */
  close(): void {
    this.#closed = true;
    this.#spare?.cancel();
    this.#growth?.cancel();
    for (const helper of this.#helpers) letGo(helper);
  }

  #start(): Helper {
    const process = fork(this.#program, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
    const helper: Helper = { process, starting: true, job: null };
    process.unref();
    process.channel?.unref();
    process.on('message', (message: HelperMessage) => this.#heard(helper, message));
    process.on('error', () => this.#lost(helper));
    process.on('exit', () => this.#lost(helper));
    this.#helpers.push(helper);
    return helper;
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      const helper = this.#helpers.find((each) => each.job === null);
      if (helper === undefined) {
        this.#growLater();
        return;
      }
      const job = this.#waiting.shift();
      if (job === undefined) return;
      helper.job = job;
      helper.process.send(job.change, (error) => {
        if (error !== null) this.#lost(helper);
      });
    }
    this.#growth?.cancel();
    this.#growth = null;
  }

  #growLater(): void {
    if (this.#growth !== null) return;
    this.#growth = this.#clock.after('start another helper', this.#helpers.length === 0 ? 0 : STUCK_MS, () => {
      this.#growth = null;
      // One that is still starting is slow, not stuck; and it takes the processor that another one would need.
      const starting = this.#helpers.some((helper) => helper.starting);
      if (!starting && this.#helpers.length < MAX_HELPERS) this.#start();
      this.#dispatch();
    });
  }

  #heard(helper: Helper, message: HelperMessage): void {
    helper.starting = false;
    if ('ok' in message) this.#answered(helper, message);
  }

  #answered(helper: Helper, answer: ChangeAnswer): void {
    const { job } = helper;
    helper.job = null;
    if (answer.ok) job?.resolve();
    else job?.reject(new PathManagerError(answer.code, answer.message, answer.facts));
    this.#growth?.cancel();
    this.#growth = null;
    this.#dispatch();
    this.#dismissSpare();
  }

  #lost(helper: Helper): void {
    const index = this.#helpers.indexOf(helper);
    if (index >= 0) this.#helpers.splice(index, 1);
    const { job } = helper;
    helper.job = null;
    job?.reject(
      new PathManagerError('APPLY_FAILED', 'The helper process that made the change ended; it is tried again'),
    );
    this.#dispatch();
  }

  #dismissSpare(): void {
    if (this.#helpers.length <= 1 || this.#closed) return;
    this.#spare?.cancel();
    this.#spare = this.#clock.after('dismiss spare helpers', SPARE_MS, () => {
      const idle = this.#helpers.filter((helper) => helper.job === null);
      for (const helper of idle.slice(this.#helpers.length === idle.length ? 1 : 0)) {
        this.#helpers.splice(this.#helpers.indexOf(helper), 1);
        letGo(helper);
      }
    });
  }
}

function letGo(helper: Helper): void {
  if (helper.process.connected) helper.process.disconnect();
}
