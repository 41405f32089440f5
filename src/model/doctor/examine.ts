/** Every check, in the order in which what they find is told. Pure. */
import { changesPutOff, emptyMaps, halfLoadedMaps, noPathLeft, strayMaps, suspendedMaps } from './maps.js';
import { disksExcluded, disksInUse, refusedPaths } from './members.js';
import {
  accessPartlyKnown,
  defaultSelectorMissing,
  noOptimizedPath,
  selectorMissing,
  unevenQueueDepths,
} from './paths.js';
import { gravestFirst } from './order.js';
import { operatorsTimeouts, portsHeldBack, portsMarginal } from './ports.js';
import { failedPaths, oneAdapter, oneHost, onePath, oneTargetPort } from './redundancy.js';
import { keysTakenAway, pathsNotRegistered } from './reservations.js';
import { healthCheckOff, loggerAway, otherVersions, recoveryCheckOff, watcherAway } from './services.js';
import {
  devLossShort,
  errorHandlingOpen,
  fastIoFailLate,
  fastIoFailOff,
  longIscsiRecovery,
  probeShorterThanIo,
  unevenTimeouts,
} from './timeouts.js';
import type { Check, DoctorFacts, Finding } from './types.js';

const checks: readonly Check[] = [
  noPathLeft,
  keysTakenAway,
  suspendedMaps,
  refusedPaths,
  watcherAway,
  loggerAway,
  otherVersions,
  recoveryCheckOff,
  onePath,
  oneHost,
  oneTargetPort,
  failedPaths,
  pathsNotRegistered,
  noOptimizedPath,
  changesPutOff,
  strayMaps,
  emptyMaps,
  halfLoadedMaps,
  disksInUse,
  selectorMissing,
  probeShorterThanIo,
  fastIoFailOff,
  fastIoFailLate,
  devLossShort,
  portsHeldBack,
  portsMarginal,
  operatorsTimeouts,
  longIscsiRecovery,
  healthCheckOff,
  oneAdapter,
  disksExcluded,
  defaultSelectorMissing,
  accessPartlyKnown,
  unevenTimeouts,
  unevenQueueDepths,
  errorHandlingOpen,
];

/** The findings of all checks, the gravest first. */
export function examine(facts: DoctorFacts): readonly Finding[] {
  return gravestFirst(checks.flatMap((check) => check(facts)));
}
