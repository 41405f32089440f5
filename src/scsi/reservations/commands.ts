/** Persistent reservations on one path: what is asked, what is sent, and how surely it is known what came of it. */

import type { ReservationCapabilities } from '../../base/reservation.js';
import type { Clock } from '../../base/clock.js';
import type { Outcome } from '../outcome.js';
import { ask, persist } from '../question.js';
import type { CommandSender, Finding, Question, QuestionOptions } from '../question.js';
import type { ScsiReply } from '../sg-channel.js';
import { parameterList, persistentReserveIn, persistentReserveOut } from './cdb.js';
import type { ReservationCommand, ReservationQuestion } from './cdb.js';
import {
  capabilitiesLength,
  decodeCapabilities,
  decodeFullStatus,
  decodeKeys,
  decodeReservation,
  listLength,
} from './decode.js';
import type { HeldReservation, RegisteredKeys, RegisteredNexus } from './decode.js';

/** The most that the allocation length of PERSISTENT RESERVE IN can say, in whole keys. */
const MAX_LENGTH = 0xfff8;

/** What each question brings. */
export interface ReservationAnswers {
  readonly 'read-keys': RegisteredKeys;
  readonly 'read-reservation': HeldReservation;
  readonly 'report-capabilities': ReservationCapabilities;
  readonly 'read-full-status': readonly RegisteredNexus[];
}

const questions: { readonly [Q in ReservationQuestion]: Question<ReservationAnswers[Q]> } = {
  'read-keys': {
    firstLength: 0x1000,
    maxLength: MAX_LENGTH,
    cdb: (length) => persistentReserveIn('read-keys', length),
    wholeLength: listLength,
    decode: decodeKeys,
  },
  'read-reservation': {
    firstLength: 0x100,
    maxLength: MAX_LENGTH,
    cdb: (length) => persistentReserveIn('read-reservation', length),
    wholeLength: listLength,
    decode: decodeReservation,
  },
  'report-capabilities': {
    firstLength: 0x20,
    maxLength: 0x100,
    cdb: (length) => persistentReserveIn('report-capabilities', length),
    wholeLength: capabilitiesLength,
    decode: decodeCapabilities,
  },
  'read-full-status': {
    // All at once: LIO counts in the length field only those for which there was room (target_core_pr.c,
    // core_scsi3_pri_read_full_status), so that it would not be seen that there are more.
    firstLength: MAX_LENGTH,
    maxLength: MAX_LENGTH,
    cdb: (length) => persistentReserveIn('read-full-status', length),
    wholeLength: listLength,
    decode: decodeFullStatus,
  },
};

/**
 * PERSISTENT RESERVE IN. The outcome is "rejected" for devices without persistent reservations, and for those of SPC-2 that
 * are asked for capabilities or full status; "malformed" for data that cannot be right.
 */
export function askReservation<Q extends ReservationQuestion>(
  channel: CommandSender,
  clock: Clock,
  question: Q,
  options: QuestionOptions,
): Promise<Finding<ReservationAnswers[Q]>> {
  return ask<ReservationAnswers[Q]>(channel, clock, options, questions[question]);
}

/**
 * What came of a command that changes something. done: it is. conflict, rejected: the device has refused it. not-done: it
 * was not carried out, for a reason of the path. unknown: it may have been or not, and may still be.
 */
export type CommandEnd = 'done' | 'conflict' | 'rejected' | 'not-done' | 'unknown';

export interface CommandResult {
  readonly end: CommandEnd;
  readonly outcome: Outcome;
  readonly reason: string;
}

/** PERSISTENT RESERVE OUT. It is repeated where the device says that it has not carried it out, and otherwise never. */
export async function sendReservation(
  channel: CommandSender,
  clock: Clock,
  command: ReservationCommand,
  options: QuestionOptions,
): Promise<CommandResult> {
  const [cdb, dataOut] = [persistentReserveOut(command), parameterList(command)];
  const send = (timeoutMs: number): Promise<ScsiReply> => channel.submit(cdb, { ...options, timeoutMs, dataOut });
  const { reply } = await persist(clock, options.timeoutMs, send, isPutOff);
  return { end: endOf(reply), outcome: reply.outcome, reason: reply.reason };
}

/** The device's own word that the command has to be sent again. The same outcome by the host's word proves nothing. */
function isPutOff({ outcome, hostStatus }: ScsiReply): boolean {
  return outcome === 'unit-attention' || (outcome === 'busy' && hostStatus === 0);
}

/** By outcome, apart from `isPutOff`. */
const ends: Readonly<Record<Outcome, CommandEnd>> = {
  good: 'done',
  'reservation-conflict': 'conflict',
  rejected: 'rejected',
  // Sense data that the device returns before it looks at the command itself.
  standby: 'not-done',
  unavailable: 'not-done',
  transitioning: 'not-done',
  'lun-gone': 'not-done',
  'unit-attention': 'not-done',
  // Or it was sent, and then given up.
  'not-sent': 'unknown',
  // LIO says so, too, of a registration that it has made and cannot write to its disk (target_core_pr.c,
  // core_scsi3_update_and_write_aptpl).
  'not-ready': 'unknown',
  busy: 'unknown',
  aborted: 'unknown',
  transport: 'unknown',
  timeout: 'unknown',
  'device-gone': 'unknown',
  malformed: 'unknown',
  failed: 'unknown',
};

function endOf(reply: ScsiReply): CommandEnd {
  return isPutOff(reply) ? 'not-done' : ends[reply.outcome];
}
