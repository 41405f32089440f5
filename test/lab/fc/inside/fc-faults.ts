// What can happen on the fabrics, as verbs. ALUA states and sizes: ../../inside/faults.ts.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IoRun } from '../../inside/io.js';
import { readAttribute, until } from '../../inside/until.js';
import { clearTraffic, droppedFrames, setLink, shapeTraffic } from './fabric.js';
import type { FcArray } from './fc-array.js';

/**
 * Pulls the cable of an array port. Returns when the kernel has lost the remote port.
 * @param io see setLinkOf
 */
export async function pull(array: FcArray, port: number, io: readonly IoRun[] = []): Promise<void> {
  await setLinkOf(array, port, 'down', io);
  await until(`port ${port} is lost`, () => array.portState(port) !== 'Online', { pollMs: 1 });
}

/** Plugs it in again. Returns when the remote port is online, which takes the fabric about a second. */
export async function plug(array: FcArray, port: number): Promise<void> {
  await setLinkOf(array, port, 'up');
  await until(`port ${port} is online`, () => array.portState(port) === 'Online', { withinMs: 20_000, pollMs: 1 });
}

/**
 * Only pulls, or plugs: what comes of it comes later.
 * @param io whatever reads and writes through the port: a command that is cut off on its way may never end for tcm_fc
 *   (drivers/target/tcm_fc/tfc_io.c, ft_recv_seq), and with it hangs libfc as a whole. So it pauses for the moment in which
 *   the link goes, with nothing in flight, of the daemons neither, and goes on when the link is gone.
 */
export async function setLinkOf(
  array: FcArray,
  port: number,
  state: 'up' | 'down',
  io: readonly IoRun[] = [],
): Promise<void> {
  await Promise.all(io.map((run) => run.pause()));
  if (state === 'down') await untilNothingIsUnderWay(array, port);
  setLink(linkOf(array, port), state);
  await Promise.all(io.map((run) => run.resume()));
}

/** The link goes and comes so many times. */
export async function flap(array: FcArray, port: number, times: number, io: readonly IoRun[] = []): Promise<void> {
  for (let time = 0; time < times; time++) {
    await pull(array, port, io);
    await plug(array, port);
  }
}

/** The array switches its port off, or on again: the link stays. */
export async function setPort(
  array: FcArray,
  port: number,
  state: 'on' | 'off',
  io: readonly IoRun[] = [],
): Promise<void> {
  await Promise.all(io.map((run) => run.pause()));
  if (state === 'off') await untilNothingIsUnderWay(array, port);
  writeFileSync(join(controllerOf(linkOf(array, port)), 'enabled'), state === 'on' ? '1' : '0');
  await Promise.all(io.map((run) => run.resume()));
  const online = (): boolean => array.portState(port) === 'Online';
  await until(`port ${port} is ${state}`, () => online() === (state === 'on'), { withinMs: 30_000, pollMs: 1 });
}

/** Frames that the array sends are lost or late, in the words of netem; null: as they should be. */
export function disturb(array: FcArray, port: number, netem: string | null): void {
  if (netem === null) clearTraffic(linkOf(array, port));
  else shapeTraffic(linkOf(array, port), netem);
}

/** How many frames of the array `disturb` has lost so far, behind one of its ports. */
export function lostFrames(array: FcArray, port: number): number {
  return droppedFrames(linkOf(array, port));
}

/** The daemons send commands as well. Whoever waits for it goes on in the very turn in which nothing is under way. */
async function untilNothingIsUnderWay(array: FcArray, port: number): Promise<void> {
  const host = array.fabrics[port]?.initiator.host ?? '';
  const busy = (): string | undefined => readAttribute(`/sys/class/scsi_host/${host}/host_busy`);
  await until(`no command is under way on ${host}`, () => busy() === '0', { pollMs: 1, found: busy });
}

function linkOf(array: FcArray, port: number): string {
  const fabric = array.fabrics[port];
  if (fabric === undefined) throw new Error(`There is no port ${port}`);
  return fabric.target.link;
}

/** The FCoE controller of a link (drivers/scsi/fcoe/fcoe_sysfs.c). */
function controllerOf(link: string): string {
  const folder = join('/sys/class/net', link);
  const name = readdirSync(folder).find((entry) => entry.startsWith('ctlr_'));
  if (name === undefined) throw new Error(`There is no FCoE controller on "${link}"`);
  return join(folder, name);
}
