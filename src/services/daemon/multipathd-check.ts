/** multipathd drives the same maps: two of them undo each other's changes for ever. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PathManagerError } from '../../base/errors.js';

/**
 * Throws ALREADY_RUNNING where multipathd runs. Its socket is not asked: where systemd holds that one, a connection would start it.
 * @param runDir folder of its pid file
 */
export function requireNoMultipathd(runDir = '/run', procDir = '/proc'): void {
  const pid = read(join(runDir, 'multipathd.pid'));
  if (!/^[1-9]\d*$/.test(pid)) return;
  // The file outlives a killed multipathd, and its number may be somebody else's by now.
  if (read(join(procDir, pid, 'comm')) !== 'multipathd') return;
  throw new PathManagerError(
    'ALREADY_RUNNING',
    `multipathd (process ${pid}) runs and would undo every change; run "systemctl disable --now multipathd.service multipathd.socket", its maps stay`,
    { pid: Number(pid) },
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
