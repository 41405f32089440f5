/** Persistent reservations on one path, as a port: what the orders and the key checks need of SCSI. */
import type { Clock } from '../../../base/clock.js';
import type { ReservationCommand, ReservationQuestion } from '../../../scsi/reservations/cdb.js';
import { askReservation, sendReservation } from '../../../scsi/reservations/commands.js';
import type { CommandResult, ReservationAnswers } from '../../../scsi/reservations/commands.js';
import type { CommandSender, Finding } from '../../../scsi/question.js';

/** A path by the node of its sg driver; null where it has none. */
export interface SgPath {
  readonly sg: string | null;
}

export interface ReservationAccess {
  /** PERSISTENT RESERVE IN. Goes beside commands that are outstanding: what hangs answers late, and holds up nobody. */
  ask<Q extends ReservationQuestion>(
    path: SgPath,
    question: Q,
    timeoutMs: number,
  ): Promise<Finding<ReservationAnswers[Q]>>;
  /** PERSISTENT RESERVE OUT, beside others too. */
  send(path: SgPath, command: ReservationCommand, timeoutMs: number): Promise<CommandResult>;
  /** True where the path has a command of these outstanding. */
  isBusy(path: SgPath): boolean;
  /** Closes what is kept open for devices that are not in the list, as soon as they have no command. */
  keepOnly(sgNodes: ReadonlySet<string>): void;
  close(): void;
}

/** What the commands go through: one channel a path, apart from that of the probes, so that neither waits for the other. */
export interface ReservationChannels {
  /** Null where the device is gone. */
  open(node: string | null): (CommandSender & { readonly outstanding: number }) | null;
  keepOnly(nodes: ReadonlySet<string>, spared?: (channel: { readonly outstanding: number }) => boolean): void;
}

const GONE = { outcome: 'device-gone', reason: 'there is no such device any more' } as const;

export class PathReservations implements ReservationAccess {
  readonly #channels: ReservationChannels;
  readonly #clock: Clock;

  constructor(channels: ReservationChannels, clock: Clock) {
    this.#channels = channels;
    this.#clock = clock;
  }

  async ask<Q extends ReservationQuestion>(
    path: SgPath,
    question: Q,
    timeoutMs: number,
  ): Promise<Finding<ReservationAnswers[Q]>> {
    const channel = this.#channels.open(path.sg);
    if (channel === null) return { ...GONE, value: null };
    return askReservation(channel, this.#clock, question, { timeoutMs, besideOthers: true });
  }

  async send(path: SgPath, command: ReservationCommand, timeoutMs: number): Promise<CommandResult> {
    const channel = this.#channels.open(path.sg);
    if (channel === null) return { ...GONE, end: 'not-done' };
    return sendReservation(channel, this.#clock, command, { timeoutMs, besideOthers: true });
  }

  isBusy(path: SgPath): boolean {
    const channel = this.#channels.open(path.sg);
    return channel !== null && channel.outstanding > 0;
  }

  keepOnly(sgNodes: ReadonlySet<string>): void {
    // A channel that is closed in the middle of a command would leave open what came of it.
    this.#channels.keepOnly(sgNodes, (channel) => channel.outstanding > 0);
  }

  close(): void {
    this.#channels.keepOnly(new Set());
  }
}
