/** Questions that are asked of a path: is it up, how does it serve I/O, whom does it lead to. */

import type { Clock } from '../base/clock.js';
import { hasCode } from '../base/errors.js';
import type { Wwid } from '../base/ids.js';
import { decodeTargetPortGroups, targetPortGroupsLength } from './alua.js';
import type { TargetPortGroup } from './alua.js';
import { inquiryVpd, reportLuns, reportTargetPortGroups, testUnitReady } from './cdb.js';
import { decodeLuns, lunsLength } from './luns.js';
import { verdict } from './outcome.js';
import type { Outcome } from './outcome.js';
import type { ScsiReply, SubmitOptions } from './sg-channel.js';
import { vpdPageLength } from './vpd-page.js';
import { vpdPages, wwidFromVpd83 } from './vpd.js';

/** Whatever sends commands; SgChannel is one. */
export interface CommandSender {
  submit(cdb: Uint8Array, options: SubmitOptions): Promise<ScsiReply>;
}

export interface ProbeOptions {
  /** For all attempts together. */
  readonly timeoutMs: number;
}

export interface ProbeResult {
  readonly outcome: Outcome;
  /** Of the last attempt, in milliseconds. */
  readonly latencyMs: number;
  readonly attempts: number;
  /** How the last attempt ended, in words. */
  readonly reason: string;
}

/** An array reports a pending unit attention a time, and may have several. */
const MAX_ATTEMPTS = 5;
/** Before asking again what is busy; a unit attention needs no pause. */
const BUSY_PAUSE_MS = 50;

/** TEST UNIT READY. An outcome with the verdict "retry" is asked again, five times at most and within the time. */
export async function probePath(channel: CommandSender, clock: Clock, options: ProbeOptions): Promise<ProbeResult> {
  const { reply, attempts } = await persist(clock, options.timeoutMs, (timeoutMs) =>
    channel.submit(testUnitReady(), { timeoutMs }),
  );
  return { outcome: reply.outcome, latencyMs: reply.durationMs, attempts, reason: reply.reason };
}

/** What a question brought: a value for the outcome "good", otherwise null and the reason. */
export interface Finding<T> {
  readonly outcome: Outcome;
  readonly value: T | null;
  readonly reason: string;
}

/**
 * REPORT TARGET PORT GROUPS: all groups of the logical unit, whichever path is asked. The outcome is "rejected" for
 * arrays without ALUA and "malformed" for data that cannot be right.
 */
export function readTargetPortGroups(
  channel: CommandSender,
  clock: Clock,
  options: ProbeOptions,
): Promise<Finding<readonly TargetPortGroup[]>> {
  const question = {
    firstLength: 1024,
    maxLength: 0x1_0000,
    cdb: reportTargetPortGroups,
    wholeLength: targetPortGroupsLength,
    decode: decodeTargetPortGroups,
  };
  return ask(channel, clock, options.timeoutMs, question);
}

/** REPORT LUNS: what the target serves, whichever of its logical units is asked, one that it does not serve any more too. */
export function readLuns(
  channel: CommandSender,
  clock: Clock,
  options: ProbeOptions,
): Promise<Finding<readonly string[]>> {
  const question = {
    firstLength: 4096,
    // The most that SAM-5 lets a target have: 16384, and the header.
    maxLength: 0x2_0008,
    cdb: reportLuns,
    wholeLength: lunsLength,
    decode: decodeLuns,
  };
  return ask(channel, clock, options.timeoutMs, question);
}

/** The WWID of the logical unit that the path leads to now, from VPD page 83h. */
export function readWwid(channel: CommandSender, clock: Clock, options: ProbeOptions): Promise<Finding<Wwid>> {
  const question = {
    // Even: old targets mistake the high byte of the allocation length, and some firmware fails at odd lengths.
    firstLength: 252,
    maxLength: 4096,
    cdb: (length: number) => inquiryVpd(vpdPages.deviceIdentification, length),
    wholeLength: vpdPageLength,
    decode: wwidFromVpd83,
  };
  return ask(channel, clock, options.timeoutMs, question);
}

interface Question<T> {
  readonly firstLength: number;
  readonly maxLength: number;
  readonly cdb: (allocation: number) => Uint8Array;
  /** How long the answer is in whole, by its own account. */
  readonly wholeLength: (data: Uint8Array) => number | null;
  readonly decode: (data: Uint8Array) => T;
}

/** Asks, asks once more with more room where the answer is longer, and decodes exactly what the answer says it is. */
async function ask<T>(
  channel: CommandSender,
  clock: Clock,
  timeoutMs: number,
  question: Question<T>,
): Promise<Finding<T>> {
  const send = (length: number, limitMs: number): ReturnType<typeof persist> =>
    persist(clock, limitMs, (left) => channel.submit(question.cdb(length), { timeoutMs: left, dataIn: length }));
  const first = await send(question.firstLength, timeoutMs);
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

/** Repeats a command while nothing is proven and there is time, which is over at `end` on the monotonic clock. */
async function persist(
  clock: Clock,
  timeoutMs: number,
  send: (timeoutMs: number) => Promise<ScsiReply>,
): Promise<{ reply: ScsiReply; attempts: number; end: number }> {
  const end = clock.monotonic() + timeoutMs;
  let left = timeoutMs;
  for (let attempts = 1; ; attempts++) {
    const reply = await send(left);
    const pause = reply.outcome === 'unit-attention' ? 0 : BUSY_PAUSE_MS;
    const again = verdict(reply.outcome) === 'retry' && attempts < MAX_ATTEMPTS && clock.monotonic() + pause < end;
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
