/** The texts of getmode, getfbmode, getmscsmode and getwatcher. */
import type { SettingsView } from '../model/view.js';

const enabled = (on: boolean): string => (on ? 'Enable' : 'Disable');

export function failbackLine({ failback }: Pick<SettingsView, 'failback'>): string {
  return `Failback : ${failback === 'active' ? 'Active' : 'Standby'}`;
}

export function clusterLine({ cluster }: Pick<SettingsView, 'cluster'>): string {
  return `MSCS : ${enabled(cluster)}`;
}

/** The same, with what else was chosen for it. */
export function clusterModeLine({
  cluster,
  clusterBalancing,
}: Pick<SettingsView, 'cluster' | 'clusterBalancing'>): string {
  return `${clusterLine({ cluster })}${clusterBalancing ? ', with balancing' : ''}`;
}

/** Three lines with their labels set to the right. */
export function modeLines(settings: Pick<SettingsView, 'failback' | 'cluster'>): string {
  return ['   Class : Enterprise', failbackLine(settings), `    ${clusterLine(settings)}`].join('\n');
}

export function watcherLines(watcher: SettingsView['watcher']): string {
  return [
    `Health check : ${enabled(watcher.healthCheck)}`,
    `Recovery check : ${enabled(watcher.recoveryCheck)}`,
    `Request interval : ${String(watcher.intervalSec)} sec`,
    `Threshold : ${String(watcher.thresholdSec)} sec`,
    `Timeout duration : ${String(watcher.timeoutSec)} sec`,
  ].join('\n');
}
