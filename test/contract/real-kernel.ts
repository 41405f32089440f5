/** The real kernel's dm-multipath over scsi_debug disks, for the contract suite. Runs in the lab only. */
import { closeSync, constants, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { DevT, MapName } from '../../src/base/ids.js';
import { devT, sectors } from '../../src/base/ids.js';
import { carryOut, DmKernelMaps } from '../../src/controller/dm-kernel-maps.js';
import type { MapChange } from '../../src/controller/ports.js';
import * as devices from '../../src/dm/devices.js';
import { printTable, tableFrom } from '../../src/dm/table.js';
import { addressOf } from '../../src/ffi/libc.js';
import { Poller } from '../../src/ffi/poller.js';
import { loadScsiDebug, unloadScsiDebug } from '../lab/inside/scsi-debug.js';
import { until } from '../lab/inside/until.js';
import type { KernelHarness } from './kernel-story.js';

/** Clean-up touches maps of such names alone. */
const OWN_PREFIX = 'pathmanager-contract';
const BLOCK = 4096;
const nodeOf = new Map<DevT, string>();

/** Loads the disks: four paths to one logical unit. */
export async function loadRealKernel(): Promise<void> {
  const units = await loadScsiDebug({ luns: 1, hosts: 4, sizeMb: 8 });
  for (const node of [...units.values()].flat()) nodeOf.set(devT(attribute(node, 'dev')), node);
}

export async function unloadRealKernel(): Promise<void> {
  removeOwnMaps();
  nodeOf.clear();
  await unloadScsiDebug();
}

/** A harness without maps; the changes that the daemon gives to helper processes are carried out in this one. */
export function realKernel(): KernelHarness {
  removeOwnMaps();
  for (const disk of nodeOf.keys()) setState(disk, 'running');
  const [first, second, third, fourth] = [...nodeOf.keys()];
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new Error('scsi_debug has fewer than four disks');
  }
  const poller = new Poller();
  const run = (change: MapChange): Promise<void> => Promise.resolve().then(() => carryOut(change));
  const maps = new DmKernelMaps(poller, { run, close: () => undefined }, (name, error) => {
    throw new Error(`Map "${name}" is left out`, { cause: error });
  });
  return {
    maps,
    disks: [first, second, third, fourth],
    sizeSectors: sectors(Number(attribute(nodeOf.get(first) ?? '', 'size'))),
    breakDisk: (disk) => setState(disk, 'offline'),
    mendDisk: (disk) => setState(disk, 'running'),
    read: readBlock,
    open: (name) => {
      const fd = openSync(mapNode(name), 'r');
      return { close: () => closeSync(fd) };
    },
    suspend: (name) => devices.suspend({ name }),
    createEmpty: (name, uuid) => void devices.create(name, uuid),
    loadOnly: (name, table) => {
      const params = printTable(tableFrom(table));
      devices.loadTable({ name }, { sizeSectors: table.sizeSectors, target: 'multipath', params });
    },
    until: async (what, look) => {
      await until(what, look);
    },
    close: async () => {
      maps.close();
      await poller.close();
      removeOwnMaps();
    },
  };
}

function attribute(node: string, name: string): string {
  return readFileSync(`/sys/block/${node}/${name}`, 'utf8').trim();
}

function setState(disk: DevT, state: 'running' | 'offline'): void {
  // It must end as a line does (drivers/scsi/scsi_sysfs.c, store_state_field).
  writeFileSync(`/sys/block/${nodeOf.get(disk) ?? ''}/device/state`, `${state}\n`);
}

/** The map's device node, which the kernel's own devtmpfs makes: there may be no udev. */
export function mapNode(name: MapName): string {
  return `/dev/dm-${devices.info({ name })?.devT.split(':')[1] ?? ''}`;
}

/** Reads around the page cache, in a thread of the pool. */
async function readBlock(name: MapName): Promise<'done' | 'failed'> {
  const file = await open(mapNode(name), constants.O_RDONLY | constants.O_DIRECT);
  try {
    const room = Buffer.alloc(2 * BLOCK);
    const start = BLOCK - Number(addressOf(room) % BigInt(BLOCK));
    const { bytesRead } = await file.read(room.subarray(start, start + BLOCK), 0, BLOCK, 0);
    return bytesRead === BLOCK ? 'done' : 'failed';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return 'failed';
    throw error;
  } finally {
    await file.close();
  }
}

/** Removes every map with a name of ours. */
export function removeOwnMaps(): void {
  if (!existsSync('/dev/mapper/control')) return;
  for (const { name } of devices.list().filter((entry) => entry.name.startsWith(OWN_PREFIX))) {
    const info = devices.info({ name });
    if (info?.active === true && info.suspended) devices.resume({ name });
    const isMultipath = devices.tableText({ name })?.targets[0]?.type === 'multipath';
    if (isMultipath) devices.message({ name }, 0, 'fail_if_no_path');
    devices.remove({ name });
  }
}
