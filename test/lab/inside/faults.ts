// What can happen to an array, as verbs. Each returns when the kernel shows the effect.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabArray } from './array.js';
import type { StorageArray } from './storage-array.js';
import { readAttribute, until } from './until.js';

/** Pulls the cable of an array port: commands through it end in host status 0x0e (DID_TRANSPORT_DISRUPTED) at once. */
export async function pull(array: LabArray, port: number): Promise<void> {
  await setTransport(array, port, 'offline');
}

/** Plugs it in again; the first command of each LUN then gets the unit attention "I_T nexus loss occurred". */
export async function plug(array: LabArray, port: number): Promise<void> {
  await setTransport(array, port, 'online');
}

async function setTransport(array: LabArray, port: number, state: string): Promise<void> {
  const file = join(array.portFolder(port), 'transport_status');
  writeFileSync(file, state);
  await until(`port ${port} is ${state}`, () => readAttribute(file) === state);
}

/** Primary access states of SPC-4 6.35 that LIO knows, by their codes. */
const accessStates = {
  'active/optimized': 0,
  'active/non-optimized': 1,
  standby: 2,
  unavailable: 3,
} as const;

export type LabAccessState = keyof typeof accessStates;

/** Sets the ALUA state of a port's group, for every LUN or for one; initiators get a unit attention. */
export async function setAlua(array: StorageArray, port: number, state: LabAccessState, lun?: string): Promise<void> {
  const code = String(accessStates[state]);
  for (const name of lun === undefined ? array.lunNames : [lun]) {
    const file = join(array.storeFolder(name), 'alua', array.groupOf(port), 'alua_access_state');
    writeFileSync(file, code);
    await until(`"${name}" is ${state} through port ${port}`, () => readAttribute(file) === code);
  }
}

/**
 * Changes the size of a LUN in the array. With `rescan` false the machine is left to find out by itself; otherwise each
 * disk is read again, and the call returns when all show the new size.
 */
export async function resize(array: StorageArray, lun: string, sizeMb: number, rescan = true): Promise<void> {
  writeFileSync(join(array.storeFolder(lun), 'control'), `fd_dev_size=${sizeMb * 1024 * 1024}`);
  if (!rescan) return;
  const sectors = String(sizeMb * 2048);
  for (let port = 0; port < array.portCount; port++) {
    const disk = array.findDisk(lun, port);
    if (disk === undefined) continue;
    writeFileSync(`/sys/block/${disk}/device/rescan`, '1');
    await until(`${disk} has ${sectors} sectors`, () => readAttribute(`/sys/block/${disk}/size`) === sectors);
  }
}
