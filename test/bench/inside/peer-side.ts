// Measures the peer.
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Udev } from '../../lab/inside/udev.js';
import type { CpuUse, Listing, SideResult, SizePlan } from '../results.js';
import { emptyNode, type TimedCommand, timeCommands } from './commands.js';
import { removeAllMaps } from './maps.js';
import { Peer, type PeerSettings } from './peer.js';
import { cpuMs, memoryOf, quietCpu } from './processes.js';
import { settle } from './quiet.js';
import { say } from './say.js';
import { measureStarts } from './starts.js';

/**
 * Its own defaults but for what makes the two comparable. find_multipaths: a disk with two paths becomes a map without being
 * listed first. group_by_prio: one priority group for paths of equal ALUA state, as the other side makes them. No kpartx: it
 * is a rule of its own that neither side has here.
 */
function settings(maxPollingInterval: number): PeerSettings {
  return {
    find_multipaths: 'yes',
    user_friendly_names: 'yes',
    path_grouping_policy: 'group_by_prio',
    polling_interval: 5,
    max_polling_interval: maxPollingInterval,
  };
}

export async function measurePeer(plan: SizePlan, udev: Udev, idle: number): Promise<SideResult> {
  const peer = new Peer();
  try {
    const starts = await measureStarts('multipathd', plan, udev, {
      prepare: () => peer.configure(settings(20)),
      start: () => {
        peer.start();
      },
      cpuMs: () => cpuMs(peer.pid),
      stop: () => peer.stop(),
    });
    if (!starts.complete) return { ...starts.samples, cpu: [], listings: [] };
    const listings = list(peer, plan);
    const cpu = plan.full ? await cpuUse(peer, plan, idle) : [];
    return { ...starts.samples, cpu, listings, memory: memoryOf([peer.pid]) };
  } finally {
    await peer.stop();
    settle(udev);
    removeAllMaps();
    settle(udev);
    peer.release();
  }
}

/** Checks start 5 s apart and get rarer, so "default" is measured when they are as rare as they get. */
async function cpuUse(peer: Peer, plan: SizePlan, idle: number): Promise<CpuUse[]> {
  say('multipathd: CPU of quiet, checks at its defaults (5 to 20 s)');
  await sleep(40_000);
  const byDefault = await quietCpu('default', plan.quietSeconds * 1000, idle);
  say('multipathd: CPU of quiet, checks every 5 s');
  peer.set(settings(5));
  const { status, stdout } = spawnSync(peer.multipathd, ['reconfigure'], { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`multipathd reconfigure: ${stdout}`);
  await sleep(15_000);
  return [byDefault, await quietCpu('5 s', plan.quietSeconds * 1000, idle)];
}

function list(peer: Peer, plan: SizePlan): Listing[] {
  say('multipathd: listings');
  const show = (what: string, text: string): TimedCommand => ({
    name: `multipathd show ${what}`,
    words: [peer.multipathd, 'show', ...what.split(' ')],
    expected: { text, times: plan.units },
  });
  // A map's first line names its dm device.
  const topology = { text: ' dm-', times: plan.units };
  const more = [
    show('topology', topology.text),
    { name: 'multipath -ll', words: [peer.multipath, '-ll'], expected: topology },
  ];
  return timeCommands([emptyNode, show('maps json', '"uuid"'), ...(plan.full ? more : [])], plan.listings);
}
