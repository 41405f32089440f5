// Step 1: what there is.
import type { Stage } from '../stage.js';

export async function listing(stage: Stage): Promise<void> {
  stage.show.happening('a path is host:channel:target:lun; ">" carries I/O, blank is ready, "@" standby, "X" failed');
  await stage.spscmd('getlun');
  await stage.spscmd('getlun -v', linesOfFirstPath);
  const units = await stage.units();
  const paths = units.flatMap((unit) => unit.paths);
  const inUse = paths.filter(({ state }) => state === 'in-use');
  stage.show.verdict(
    units.length === 3 && paths.length === 12 && inUse.length === 12,
    'all there and in use',
    `${String(units.length)} units, ${String(inUse.length)} of ${String(paths.length)} paths`,
  );
}

/** The first logical unit with its first path: everything there is to know of one of each. */
function linesOfFirstPath(lines: readonly string[]): number {
  const paths = lines.flatMap((line, index) => (/^[> @X] +\d+:/.test(line) ? [index] : []));
  return paths[1] ?? lines.length;
}

/** The lines of the first logical unit in a getlun. */
export function linesOfFirstUnit(lines: readonly string[]): number {
  const second = lines.findIndex((line, index) => index > 0 && /^(\*\*\*|\+\+\+) /.test(line));
  return second === -1 ? lines.length : second;
}
