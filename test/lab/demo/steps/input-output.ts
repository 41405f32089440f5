// Step 2: I/O whose every byte is checked. It runs on through all steps that follow.
import { count, megabytes } from '../quantities.js';
import type { Stage } from '../stage.js';

const spanMs = 2000;

export async function inputOutput(stage: Stage): Promise<void> {
  const { show } = stage;
  show.happening('on each of /dev/mapper/lu0, lu1 and lu2 a process writes and reads random blocks, direct I/O');
  show.happening('each block carries its place, a generation and a checksum, and is compared when it is read');
  show.happening('it is paced, because the lab has one CPU and the programs shown need it, too');
  const writers = await stage.writers();
  await writers.mark();
  await stage.pause(spanMs);
  const { ios, bytes, ms } = await writers.span();
  const perSecond = (amount: number): number => (amount * 1000) / ms;
  show.verdict(ios > 0, 'direct I/O, paced', `${count(perSecond(ios))} I/O/s, ${megabytes(perSecond(bytes))}/s`);
  await stage.judgeIo();
}
