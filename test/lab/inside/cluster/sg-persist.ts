// Persistent reservations as sg_persist (sg3-utils) does and sees them: the other node's hands, and an oracle that shares
// no code with ours. Sources: sg_persist(8); utils/sg_persist.c of sg3-utils 1.46 for the output that is read here.
import { spawnSync } from 'node:child_process';
import { clusterLibraries, clusterTool } from '../../host/cache.js';
import { readFileSync } from 'node:fs';
import { reservationTypes, type ReservationType } from '../../../../src/base/reservation.js';

/** Exit statuses of sg3-utils (sg_cmds_basic.h). */
const unitAttention = 6;
const conflict = 24;

/** A device may have so many unit attentions to tell before it does what it is asked. */
const mostAttentions = 8;

/** One I_T nexus that is registered, by the array's own account. */
export interface RegisteredNexus {
  /** "0x" and 16 digits. */
  readonly key: string;
  readonly holder: boolean;
  /** Relative target port identifier. */
  readonly targetPort: number;
  /** The port name of the initiator, "0x" and 16 digits. */
  readonly initiator: string;
}

export interface HeldReservation {
  readonly key: string;
  readonly type: ReservationType;
}

/** One PERSISTENT RESERVE OUT through a device, as ('/dev/sg3', '--register', '--param-sark=0x1'). */
export function persistOut(device: string, ...args: string[]): 'done' | 'conflict' {
  const { status, stderr } = sgPersist('--out', ...args, device);
  if (status === 0) return 'done';
  if (status === conflict) return 'conflict';
  throw new Error(`sg_persist --out ${args.join(' ')} ${device} ended with ${String(status)}: ${stderr.trim()}`);
}

/** All keys, one for each registered nexus, in the array's order. */
export function readKeys(device: string): string[] {
  return [...persistIn(device, '--read-keys').matchAll(/^ {4}0x([0-9a-f]+)$/gm)].map(([, key = '']) => wholeKey(key));
}

/** The reservation that is held; null where there is none. */
export function readReservation(device: string): HeldReservation | null {
  const text = persistIn(device, '--read-reservation');
  const found = /Key=0x([0-9a-f]+)\s+scope: LU_SCOPE,\s+type: (.+)$/m.exec(text);
  if (found !== null) return { key: wholeKey(found[1] ?? ''), type: typeNamed(found[2] ?? '') };
  if (!text.includes('there is NO reservation held')) throw new Error(`sg_persist said something new:\n${text}`);
  return null;
}

/** Who is registered through which port (READ FULL STATUS). */
export function readNexuses(device: string): RegisteredNexus[] {
  const [, ...parts] = persistIn(device, '--read-full-status').split(/^ {4}Key=/m);
  return parts.map((part) => ({
    key: wholeKey(/^0x([0-9a-f]+)/.exec(part)?.[1] ?? ''),
    holder: part.includes('<< Reservation holder >>'),
    targetPort: Number(/Relative port address: (0x[0-9a-f]+)/.exec(part)?.[1]),
    initiator: wholeKey(/address: 0x([0-9a-f]+)\s*$/m.exec(part.replace(/^.*Relative.*$/m, ''))?.[1] ?? ''),
  }));
}

/** The relative target port identifier of the port that a disk is behind (SPC-4 7.8.6.8), as `sda`. */
export function relativePort(disk: string): number {
  const page = readFileSync(`/sys/block/${disk}/device/vpd_pg83`);
  for (let at = 4; at + 4 <= page.length; at += 4 + page.readUInt8(at + 3)) {
    const [association, type] = [(page.readUInt8(at + 1) >> 4) & 3, page.readUInt8(at + 1) & 15];
    if (association === 1 && type === 4) return page.readUInt16BE(at + 6);
  }
  throw new Error(`"${disk}" does not say which port it is behind`);
}

/** A key as the product writes it, from digits. */
export function wholeKey(digits: string): string {
  return `0x${digits.toLowerCase().padStart(16, '0')}`;
}

/** sg_persist's words are those of SPC, with commas. */
function typeNamed(words: string): ReservationType {
  const name = words.trim().toLowerCase().replaceAll(/,? /g, '-');
  if (!(name in reservationTypes)) throw new Error(`sg_persist knows a type "${words}" that is not known here`);
  return name as ReservationType;
}

function persistIn(device: string, what: string): string {
  const { status, stdout, stderr } = sgPersist('--in', what, device);
  if (status !== 0) throw new Error(`sg_persist --in ${what} ${device} ended with ${String(status)}: ${stderr.trim()}`);
  return stdout;
}

function sgPersist(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  for (let attentions = 0; ; attentions++) {
    const result = spawnSync(clusterTool('sg_persist'), ['--no-inquiry', ...args], {
      encoding: 'utf8',
      env: { ...process.env, LD_LIBRARY_PATH: clusterLibraries() },
    });
    if (result.status !== unitAttention || attentions === mostAttentions) return result;
  }
}
