// One pull of a cable, and its plug, with what that cost.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FcArray } from '../../../lab/fc/inside/fc-array.js';
import { plug, setLinkOf } from '../../../lab/fc/inside/fc-faults.js';
import type { IoRun } from '../../../lab/inside/io.js';
import type { Pull } from '../results.js';
import type { KernelLog } from './kernel-log.js';
import type { MapWatch } from './map-watch.js';

/** What does not happen within this time is not waited for. */
const patienceMs = 60_000;
/** How long the port stays lost after all have noticed it. */
const lostMs = 1_000;

/** @param io a reader and a writer on the first LUN */
export async function onePull(
  array: FcArray,
  maps: MapWatch,
  log: KernelLog,
  io: readonly [reader: IoRun, writer: IoRun],
  port: number,
): Promise<Pull> {
  for (const run of io) await run.reset();
  log.clear();
  await setLinkOf(array, port, 'down', io);
  const failed = await maps.paths(port, 'failed', patienceMs);
  // The first of the link's two ends; the daemon cannot have known before.
  const pulled = log.lines().find(({ text }) => text.includes('Link down'))?.at ?? NaN;
  await sleep(lostMs);
  await plug(array, port);

  const online = log.now();
  const back = await maps.paths(port, 'active', patienceMs);
  const [readerStall = NaN, writerStall = NaN] = (await Promise.all(io.map((run) => run.stats()))).map(
    ({ worstStallMs }) => worstStallMs,
  );
  return {
    readerStall,
    writerStall,
    firstFailed: failed.first - pulled,
    allFailed: failed.all - pulled,
    firstBack: back.first - online,
    allBack: back.all - online,
  };
}
