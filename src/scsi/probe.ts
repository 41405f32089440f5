/** Questions that are asked of a path: is it up, how does it serve I/O, whom does it lead to. */

import type { Clock } from '../base/clock.js';
import type { Wwid } from '../base/ids.js';
import { decodeTargetPortGroups, targetPortGroupsLength } from './alua.js';
import type { TargetPortGroup } from './alua.js';
import { inquiryVpd, reportLuns, reportTargetPortGroups, testUnitReady } from './cdb.js';
import { decodeLuns, lunsLength } from './luns.js';
import type { Outcome } from './outcome.js';
import { ask, persist } from './question.js';
import type { CommandSender, Finding, QuestionOptions } from './question.js';
import { vpdPageLength } from './vpd-page.js';
import { vpdPages, wwidFromVpd83 } from './vpd.js';

export interface ProbeResult {
  readonly outcome: Outcome;
  /** Of the last attempt, in milliseconds. */
  readonly latencyMs: number;
  readonly attempts: number;
  /** How the last attempt ended, in words. */
  readonly reason: string;
}

/** TEST UNIT READY. An outcome with the verdict "retry" is asked again, five times at most and within the time. */
export async function probePath(channel: CommandSender, clock: Clock, options: QuestionOptions): Promise<ProbeResult> {
  const { reply, attempts } = await persist(clock, options.timeoutMs, (timeoutMs) =>
    channel.submit(testUnitReady(), { timeoutMs }),
  );
  return { outcome: reply.outcome, latencyMs: reply.durationMs, attempts, reason: reply.reason };
}

/**
 * REPORT TARGET PORT GROUPS: all groups of the logical unit, whichever path is asked. The outcome is "rejected" for
 * arrays without ALUA and "malformed" for data that cannot be right.
 */
export function readTargetPortGroups(
  channel: CommandSender,
  clock: Clock,
  options: QuestionOptions,
): Promise<Finding<readonly TargetPortGroup[]>> {
  const question = {
    firstLength: 1024,
    maxLength: 0x1_0000,
    cdb: reportTargetPortGroups,
    wholeLength: targetPortGroupsLength,
    decode: decodeTargetPortGroups,
  };
  return ask(channel, clock, options, question);
}

/** REPORT LUNS: what the target serves, whichever of its logical units is asked, one that it does not serve any more too. */
export function readLuns(
  channel: CommandSender,
  clock: Clock,
  options: QuestionOptions,
): Promise<Finding<readonly string[]>> {
  const question = {
    firstLength: 4096,
    // The most that SAM-5 lets a target have: 16384, and the header.
    maxLength: 0x2_0008,
    cdb: reportLuns,
    wholeLength: lunsLength,
    decode: decodeLuns,
  };
  return ask(channel, clock, options, question);
}

/** The WWID of the logical unit that the path leads to now, from VPD page 83h. */
export function readWwid(channel: CommandSender, clock: Clock, options: QuestionOptions): Promise<Finding<Wwid>> {
  const question = {
    // Even: old targets mistake the high byte of the allocation length, and some firmware fails at odd lengths.
    firstLength: 252,
    maxLength: 4096,
    cdb: (length: number) => inquiryVpd(vpdPages.deviceIdentification, length),
    wholeLength: vpdPageLength,
    decode: wwidFromVpd83,
  };
  return ask(channel, clock, options, question);
}
