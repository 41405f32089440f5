/** Commands that are asked until they are answered: again after what proves nothing, and with more room where it takes it. */

import type { Clock } from '../base/clock.js';
import { hasCode } from '../base/errors.js';
import { verdict } from './outcome.js';
import type { Outcome } from './outcome.js';
import type { ScsiReply, SubmitOptions } from './sg-channel.js';

/** Whatever sends commands; SgChannel is one. */
export interface CommandSender {
  submit(cdb: Uint8Array, options: SubmitOptions): Promise<ScsiReply>;
}

export interface QuestionOptions {
  /** For all attempts together. */
  readonly timeoutMs: number;
  /** Also where an earlier command is still outstanding; see SubmitOptions. */
  readonly besideOthers?: boolean;
}

/** An array reports a pending unit attention a time, and may have several. */
const MAX_ATTEMPTS = 5;
/** Before asking again what is busy; a unit attention needs no pause. */
const BUSY_PAUSE_MS = 50;

/** What a question brought: a value for the outcome "good", otherwise null and the reason. */
export interface Finding<T> {
  readonly outcome: Outcome;
  readonly value: T | null;
  readonly reason: string;
}

/** How a command is asked that brings data of a length that only its answer tells. */
export interface Question<T> {
  readonly firstLength: number;
  readonly maxLength: number;
  readonly cdb: (allocation: number) => Uint8Array;
  /** How long the answer is in whole, by its own account. */
  readonly wholeLength: (data: Uint8Array) => number | null;
  readonly decode: (data: Uint8Array) => T;
}

/** Asks, asks once more with more room where the answer is longer, and decodes exactly what the answer says it is. */
export async function ask<T>(
  channel: CommandSender,
  clock: Clock,
  options: QuestionOptions,
  question: Question<T>,
): Promise<Finding<T>> {
  const send = (length: number, limitMs: number): ReturnType<typeof persist> =>
    persist(clock, limitMs, (timeoutMs) =>
      channel.submit(question.cdb(length), { ...options, timeoutMs, dataIn: length }),
    );
  const first = await send(question.firstLength, options.timeoutMs);
  const whole = question.wholeLength(first.reply.data) ?? 0;
  const isCut = whole > question.firstLength && whole <= question.maxLength;
  const { reply } = isCut ? await send(whole, Math.max(0, first.end - clock.monotonic())) : first;
  if (reply.outcome !== 'good') return { outcome: reply.outcome, value: null, reason: reply.reason };
  return decoded(question, reply.data);
}

/** Drivers that do not count what they received leave the buffer's rest behind the answer: it is cut off here. */
function decoded<T>(question: Question<T>, data: Uint8Array): Finding<T> {
  try {
    const value = question.decode(data.subarray(0, question.wholeLength(data) ?? data.length));
    return { outcome: 'good', value, reason: 'GOOD' };
  } catch (error) {
    if (!hasCode(error, 'SCSI_MALFORMED')) throw error;
    return { outcome: 'malformed', value: null, reason: error.message };
  }
}

/**
 * Repeats a command while nothing is proven and there is time, which is over at `end` on the monotonic clock.
 * @param repeatable whether a reply lets the command be sent once more; by default each that has the verdict "retry"
 */
export async function persist(
  clock: Clock,
  timeoutMs: number,
  send: (timeoutMs: number) => Promise<ScsiReply>,
  repeatable = (reply: ScsiReply): boolean => verdict(reply.outcome) === 'retry',
): Promise<{ reply: ScsiReply; attempts: number; end: number }> {
  const end = clock.monotonic() + timeoutMs;
  let left = timeoutMs;
  for (let attempts = 1; ; attempts++) {
    const reply = await send(left);
    const pause = reply.outcome === 'unit-attention' ? 0 : BUSY_PAUSE_MS;
    const again = repeatable(reply) && attempts < MAX_ATTEMPTS && clock.monotonic() + pause < end;
    if (!again) return { reply, attempts, end };
    if (pause > 0) await passed(clock, pause);
    left = Math.max(0, end - clock.monotonic());
  }
}

function passed(clock: Clock, delay: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after('SCSI retry', delay, resolve);
  });
}
