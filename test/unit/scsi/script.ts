import type { CommandSender } from '../../../src/scsi/question.js';
import type { ScsiReply, SubmitOptions } from '../../../src/scsi/sg-channel.js';
import { settle, type FakeClock } from '../../support/fake-clock.js';

/** Answers commands from a list, each after `delay` ms of the clock; keeps what was asked. */
export class Script implements CommandSender {
  readonly asked: { readonly cdb: string; readonly options: SubmitOptions }[] = [];
  readonly #replies: ScsiReply[];
  readonly #clock: FakeClock;
  readonly #delay: number;

  constructor(clock: FakeClock, replies: readonly ScsiReply[], delay = 1) {
    this.#clock = clock;
    this.#replies = [...replies];
    this.#delay = delay;
  }

  async submit(cdb: Uint8Array, options: SubmitOptions): Promise<ScsiReply> {
    this.asked.push({ cdb: Buffer.from(cdb).toString('hex'), options });
    const reply = this.#replies.shift();
    if (reply === undefined) throw new Error('Nobody expected this command');
    await new Promise<void>((resolve) => this.#clock.after('answer', this.#delay, resolve));
    return reply;
  }
}

/** Moves the clock as long as a timer waits. */
export async function settled<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  await settle();
  while (clock.pending.length > 0) await clock.advance(1);
  return work;
}
