/** An order of the controller while it is carried out: its paths, its time, and the ways in which commands are sent. */
import type { Clock } from '../../../base/clock.js';
import { hasCode, PathManagerError } from '../../../base/errors.js';
import type { ReservationKey } from '../../../base/reservation.js';
import type { OrderPath, ReservationOrder } from '../../../model/reservations/types.js';
import type { ReservationCommand, ReservationQuestion } from '../../../scsi/reservations/cdb.js';
import type { Finding } from '../../../scsi/question.js';
import type { CommandResult, ReservationAnswers } from '../../../scsi/reservations/commands.js';
import type { Answered } from './first-answer.js';
import { firstAnswer } from './first-answer.js';
import type { ReservationAccess } from './path-access.js';

/** Less than the time for which the controller waits: it is told what has been done rather than left to guess. */
const ORDER_MS = 25_000;
const ASK_MS = 5_000;
/** Longer: an array may have to agree with its other half first. */
const SEND_MS = 7_000;

/** The questions by the names that the standard has for them. */
const questionNames: Readonly<Record<ReservationQuestion, string>> = {
  'read-keys': 'READ KEYS',
  'read-reservation': 'READ RESERVATION',
  'report-capabilities': 'REPORT CAPABILITIES',
  'read-full-status': 'READ FULL STATUS',
};

/** How an action that needs one path alone is to be carried out. */
export interface OnePathAction {
  readonly what: string;
  readonly command: ReservationCommand;
  /** Asks the device whether a command of which that is not known has taken effect. */
  readonly tookEffect: () => Promise<boolean>;
  /**
   * The device has answered with a conflict, or may have refused the command otherwise: `done` where it holds already what was asked for, `next` where the path is only
   * the wrong one; throws where the action is refused.
   */
  readonly judgeConflict: () => Promise<'done' | 'next'>;
}

export class OrderRun {
  readonly order: ReservationOrder;
  readonly #access: ReservationAccess;
  readonly #clock: Clock;
  readonly #end: number;
  /** Paths on which a command of this order has timed out: the last to be asked again. */
  readonly #silent = new Set<OrderPath>();

  constructor(order: ReservationOrder, access: ReservationAccess, clock: Clock) {
    this.order = order;
    this.#access = access;
    this.#clock = clock;
    this.#end = clock.monotonic() + ORDER_MS;
  }

  /** All paths, those first from which most is to be hoped. */
  get paths(): readonly OrderPath[] {
    const rank = (path: OrderPath): number => (this.#silent.has(path) ? 2 : 0) + (path.usable ? 0 : 1);
    return [...this.order.paths].sort((a, b) => rank(a) - rank(b));
  }

  get usable(): readonly OrderPath[] {
    return this.paths.filter(({ usable }) => usable);
  }

  /** The first answer of any of the paths, which are asked in their order; null without any path. */
  async ask<Q extends ReservationQuestion>(
    question: Q,
    paths = this.paths,
  ): Promise<Answered<OrderPath, ReservationAnswers[Q]> | null> {
    return firstAnswer(this.#clock, paths, async (path) => {
      const finding = await this.#access.ask(path, question, this.#timeLeft(ASK_MS));
      if (finding.outcome === 'timeout') this.#silent.add(path);
      return finding;
    });
  }

  /**
   * The same where there is no going on without an answer.
   * @throws NO_USABLE_PATH, RESERVATION_UNSUPPORTED, RESERVATION_CONFLICT, RESERVATION_FAILED
   */
  async need<Q extends ReservationQuestion>(question: Q, paths = this.paths): Promise<ReservationAnswers[Q]> {
    return (await this.needFrom(question, paths)).value;
  }

  /** The same, and who has answered. */
  async needFrom<Q extends ReservationQuestion>(
    question: Q,
    paths = this.paths,
  ): Promise<{ readonly path: OrderPath; readonly value: ReservationAnswers[Q] }> {
    const answered = await this.ask(question, paths);
    if (answered === null) throw this.#noAnswer('there is no path');
    const { path, finding } = answered;
    if (finding.value !== null) return { path, value: finding.value };
    throw this.#failed(questionNames[question], path, finding);
  }

  /** Sends a command on one path. */
  async send(path: OrderPath, command: ReservationCommand): Promise<CommandResult> {
    const timeoutMs = this.#timeLeft(SEND_MS);
    if (timeoutMs === 0) return { end: 'not-done', outcome: 'not-sent', reason: 'no time is left for it' };
    const result = await this.#access.send(path, command, timeoutMs);
    if (result.outcome === 'timeout') this.#silent.add(path);
    return result;
  }

  /**
   * Sends a command on one usable path after the other until the device has answered. After one that may have been carried
   * out the device is asked first.
   * @throws what `judgeConflict` throws, NO_USABLE_PATH, RESERVATION_FAILED
   */
  async sendOnOne({ what, command, tookEffect, judgeConflict }: OnePathAction): Promise<void> {
    const failures: string[] = [];
    let doubtful = false;
    for (const path of this.usable) {
      const { end, reason } = await this.send(path, command);
      if (end === 'done') return;
      if (end === 'rejected') throw this.error('RESERVATION_FAILED', `${what} is refused by the array: ${reason}`);
      doubtful ||= end === 'unknown';
      if (doubtful && (await this.#isKnown(tookEffect))) return;
      // LIO has no conflict for whoever is not registered, but a failure of its own that tells nothing.
      const mayBeRefused = end === 'conflict' || end === 'unknown';
      if (mayBeRefused && (await this.#isKnown(async () => (await judgeConflict()) === 'done'))) return;
      failures.push(end === 'conflict' ? `path ${path.number} is not registered` : `path ${path.number}: ${reason}`);
    }
    const found = failures.length === 0 ? 'no path is usable' : failures.join('; ');
    throw doubtful
      ? this.error('RESERVATION_FAILED', `${what} is not known to have been done: ${found}`)
      : this.error('NO_USABLE_PATH', `${what} could be sent on no path: ${found}`);
  }

  /** The number of times that a key stands in the array. */
  async countOf(key: ReservationKey): Promise<number> {
    const { keys } = await this.need('read-keys');
    return keys.filter((each) => each === key).length;
  }

  /** An error with the unit in front of what stands against the order. */
  error(code: PathManagerError['code'], what: string): PathManagerError {
    return new PathManagerError(code, `Logical unit ${this.order.wwid}: ${what}`);
  }

  #failed(question: string, path: OrderPath, { outcome, reason }: Finding<unknown>): PathManagerError {
    if (outcome === 'rejected') return this.error('RESERVATION_UNSUPPORTED', `the array does not know ${question}`);
    if (outcome === 'malformed') return this.error('RESERVATION_FAILED', `path ${path.number}: ${reason}`);
    if (outcome !== 'reservation-conflict') return this.#noAnswer(`path ${path.number}: ${reason}`);
    const why = 'another node holds a reservation of the old kind, by RESERVE of SPC-2';
    return this.error('RESERVATION_CONFLICT', `${question} is refused: ${why}`);
  }

  #noAnswer(what: string): PathManagerError {
    return this.error('NO_USABLE_PATH', `no path answers (${what}); bring a path back first`);
  }

  /** False where nobody answers, too. */
  async #isKnown(question: () => Promise<boolean>): Promise<boolean> {
    try {
      return await question();
    } catch (error) {
      if (!hasCode(error, 'NO_USABLE_PATH')) throw error;
      return false;
    }
  }

  #timeLeft(limit: number): number {
    return Math.max(0, Math.min(limit, this.#end - this.#clock.monotonic()));
  }
}
