// Step 7: the daemon is killed under I/O; a new one finds everything as it was and changes nothing in the kernel.
import { readFileSync } from 'node:fs';
import type { UnitView } from '../../../../src/model/view.js';
import { count, time } from '../quantities.js';
import { linesOfFirstUnit } from './listing.js';
import type { Stage } from '../stage.js';

const aloneMs = 1500;

export async function takeover(stage: Stage): Promise<void> {
  const { show } = stage;
  const { controller } = stage.installation;
  const writers = await stage.writers();
  const before = essence(await stage.units());
  const kernelBefore = kernelChanges();
  await writers.mark();
  show.command(`kill -KILL ${String(controller.pid)}    # pathmanagerd`);
  await controller.kill();
  await stage.pause(aloneMs);
  const { ios, ms } = await writers.span();
  show.verdict(ios > 0, `I/O without the daemon, for ${time(ms)}`, `${count(ios)} done`);
  show.command('pathmanagerd');
  show.verdict(true, 'started and ready again', time(await stage.startController()));
  const changes = kernelChanges() - kernelBefore;
  show.verdict(changes === 0, 'maps reloaded or suspended for it, none', String(changes));
  const changed = differences(before, essence(await stage.units()));
  show.verdict(changed.length === 0, 'same units, priorities, modes, states', changed.length === 0 ? 'yes' : 'no');
  for (const line of changed) show.output(line);
  await stage.spscmd('getlun', linesOfFirstUnit);
  await stage.judgeIo();
}

/**
 * All there is to each unit but times and counters, as JSON. Which group is active is left out: the kernel chooses it with
 * the first I/O after a load and tells nobody.
 */
function essence(units: readonly UnitView[]): readonly string[] {
  return units.map(({ number, wwid, name, balance, map, paths }) =>
    JSON.stringify({
      ...{ number, wwid, name, balance, map: map?.devT },
      groups: map?.groups.map((group) => ({ selector: group.selector, paths: group.paths })),
      paths: paths.map(({ key, priority, enabled, state }) => ({ key, priority, enabled, state })),
    }),
  );
}

function differences(before: readonly string[], after: readonly string[]): readonly string[] {
  const places = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
  return places
    .filter((index) => before[index] !== after[index])
    .flatMap((index) => [`before: ${before[index] ?? 'nothing'}`, `after:  ${after[index] ?? 'nothing'}`]);
}

/** The kernel's count of device events: resuming a map after a reload is one (drivers/md/dm-ioctl.c, do_resume). */
function kernelChanges(): number {
  return Number(readFileSync('/sys/kernel/uevent_seqnum', 'utf8'));
}
