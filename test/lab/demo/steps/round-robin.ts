// Step 6: the I/O of one logical unit over all of its paths in turn, counted on each.
import { countPathIo, totalIos } from '../path-io.js';
import { count, percent } from '../quantities.js';
import type { Stage } from '../stage.js';

const spanMs = 2000;
/** How far a path's share may be from a quarter, in percent points. */
const tolerance = 5;

export async function roundRobin(stage: Stage): Promise<void> {
  const { show } = stage;
  const [first = ''] = (await stage.unit()).paths.map(({ number }) => number);
  await (await stage.writers()).mark();
  await stage.spscmd(`lbmode ${first} 1`);
  show.happening(`the kernel counts the I/Os on each path for ${String(spanMs / 1000)} s (/sys/block/*/stat)`);
  const counts = await countPathIo(await stage.unit(), spanMs);
  const total = totalIos(counts);
  show.table(
    ['Path', 'Device', 'I/Os', 'Share'],
    counts.map(({ path, ios }) => [path.number, `/dev/${path.node}`, count(ios), percent(ios, total)]),
  );
  const shares = counts.map(({ ios }) => (100 * ios) / total);
  show.verdict(
    shares.length === 4 && shares.every((share) => Math.abs(share - 25) <= tolerance),
    `share of each path, ${String(25 - tolerance)} to ${String(25 + tolerance)} %`,
    `${Math.min(...shares).toFixed(1)} to ${Math.max(...shares).toFixed(1)} %`,
  );
  await stage.judgeIo();
}
