/** The patrol and the daemons beside the controller. */
import type { Attendant, Check, Finding } from './types.js';
import { finding, shortened } from './units.js';

export const recoveryCheckOff: Check = ({ state }) => {
  if (state.settings.watcher.recoveryCheck) return [];
  return [
    finding({
      code: 'recovery-check-off',
      severity: 'warning',
      what: 'The recovery check of the patrol is off.',
      means: 'A path that has failed does not come back by itself.',
      mend: 'Switch it on: "spscmd setwatcher 3:::" for both checks.',
    }),
  ];
};

export const healthCheckOff: Check = ({ state }) => {
  if (state.settings.watcher.healthCheck) return [];
  return [
    finding({
      code: 'health-check-off',
      severity: 'info',
      what: 'The health check of the patrol is off.',
      means: 'That an idle path is broken shows only when it is needed.',
      mend: 'Switch it on: "spscmd setwatcher 3:::" for both checks.',
    }),
  ];
};

export const watcherAway: Check = ({ watcher }) => {
  if (watcher.connected) return [];
  return [
    finding({
      code: 'watcher-absent',
      severity: 'warning',
      what: 'The path watcher is not connected to the controller.',
      means: 'No path is probed: idle faults are not seen, and no failed path comes back.',
      mend: 'Start it: "systemctl start ispmwatcher".',
    }),
  ];
};

export const loggerAway: Check = ({ logger }) => {
  if (logger.connected) return [];
  return [
    finding({
      code: 'logger-absent',
      severity: 'warning',
      what: 'The log service is not connected to the controller.',
      means: 'Events are not kept beyond the last few thousand, and none goes to the journal.',
      mend: 'Start it: "systemctl start ispmlogger".',
    }),
  ];
};

export const otherVersions: Check = ({ version, watcher, logger }) => [
  ...otherVersion('watcher', 'ispmwatcher', watcher, version),
  ...otherVersion('logger', 'ispmlogger', logger, version),
];

function otherVersion(
  name: string,
  program: string,
  { connected, versions }: Attendant,
  own: string,
): readonly Finding[] {
  const others = versions.filter((each) => each !== own);
  // Connected without a name: it is older than the names are.
  const strange = connected && versions.length === 0 ? ['without a version'] : others.map((each) => `version ${each}`);
  if (strange.length === 0) return [];
  return [
    finding({
      code: `${name}-version`,
      severity: 'warning',
      what: `${program} is ${shortened(strange)}, the controller version ${own}.`,
      means: 'They were not restarted together after an upgrade; what one tells the other may not be understood.',
      mend: `Restart it: "systemctl restart ${program}".`,
    }),
  ];
}
