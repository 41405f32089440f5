// Step 5: an operator moves the I/O of a logical unit that is not balanced from one path to another.
import { countPathIo, type PathCount, totalIos } from '../path-io.js';
import { count, percent, time } from '../quantities.js';
import { linesOfFirstUnit } from './listing.js';
import type { Stage } from '../stage.js';

const spanMs = 1000;
/** Most of it is the start of the command. */
const movedLimitMs = 10_000;

export async function prioritySwap(stage: Stage): Promise<void> {
  const { show, watch } = stage;
  const [from = '', , to = ''] = (await stage.unit()).paths.map(({ number }) => number);
  await (await stage.writers()).mark();
  show.happening('balancing off: the enabled path of the highest priority carries all I/O');
  await stage.spscmd(`lbmode ${from} 0`);
  const before = await countPathIo(await stage.unit(), spanMs);
  const moved = watch.until(`${to} is in use`, ([unit]) =>
    (unit?.paths ?? []).every((path) => (path.state === 'in-use') === (path.number === to)),
  );
  const typedAt = performance.now();
  await Promise.all([stage.spscmd(`swap ${from} ${to}`), moved]);
  const movedMs = performance.now() - typedAt;
  const after = await countPathIo(await stage.unit(), spanMs);
  await stage.spscmd('getlun', linesOfFirstUnit);
  show.verdict(shareOf(from, before) === 1, `I/O on ${from} before`, carried(from, before));
  show.verdict(shareOf(to, after) === 1, `I/O on ${to} after`, carried(to, after));
  show.verdict(movedMs < movedLimitMs, 'the command, from Enter to prompt', time(movedMs));
  await stage.judgeIo();
}

function shareOf(number: string, counts: readonly PathCount[]): number {
  return iosOf(number, counts) / totalIos(counts);
}

function carried(number: string, counts: readonly PathCount[]): string {
  return `${percent(iosOf(number, counts), totalIos(counts))} of ${count(totalIos(counts))}`;
}

function iosOf(number: string, counts: readonly PathCount[]): number {
  return totalIos(counts.filter(({ path }) => path.number === number));
}
