// scsi_debug disks: many LUNs with equal WWIDs on several hosts and no array behind, quick to have in numbers, and able
// to hang. All of them share one small store, so they are no good for verifying content.
// Source: drivers/scsi/scsi_debug.c of Linux 6.1.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAttribute, until } from './until.js';

const parameters = '/sys/bus/pseudo/drivers/scsi_debug';
/** SDEBUG_OPT_TIMEOUT: the command that `every_nth` picks never completes. */
const hangOption = '4';

export interface ScsiDebugSpec {
  readonly luns: number;
  /** SCSI hosts, and so paths of each LUN; default 4. */
  readonly hosts?: number;
  readonly sizeMb?: number;
}

/** Loads the module and waits for all disks; gives them by WWID, each with its disks (`sda`) in order of the hosts. */
export async function loadScsiDebug(spec: ScsiDebugSpec): Promise<Map<string, string[]>> {
  const hosts = spec.hosts ?? 4;
  modprobe(
    'scsi_debug',
    'vpd_use_hostno=0',
    `add_host=${hosts}`,
    `max_luns=${spec.luns}`,
    `dev_size_mb=${spec.sizeMb ?? 64}`,
  );
  const wanted = hosts * spec.luns;
  await until(`scsi_debug has ${wanted} disks`, () => disks().length === wanted, {
    withinMs: 10_000 + wanted * 100,
    found: () => disks().length,
  });
  const units = new Map<string, string[]>();
  for (const disk of disks()) {
    const wwid = readAttribute(`/sys/block/${disk}/device/wwid`) ?? '';
    units.set(wwid, [...(units.get(wwid) ?? []), disk]);
  }
  return units;
}

/** Removes all scsi_debug disks; whatever uses them must be gone. */
export async function unloadScsiDebug(): Promise<void> {
  if (!existsSync(parameters)) return;
  await unhang();
  // Commands that hung hold it until their time limits, also those of processes that are gone.
  await until('scsi_debug is unloaded', () => runModprobe('-r', 'scsi_debug').status === 0, { withinMs: 60_000 });
}

/** From now on no command to any scsi_debug disk completes. */
export async function hang(): Promise<void> {
  await set('opts', hangOption);
  await set('every_nth', '-1');
}

/** New commands complete again; those that hang go on until their time limits. */
export async function unhang(): Promise<void> {
  if (!existsSync(parameters)) return;
  await set('every_nth', '0');
  await set('opts', '0');
}

/**
 * Deletes one disk, as an administrator would, and waits until it is gone. (A LIO disk must not go that way: its port then
 * can never be removed. `LabArray.unmapLun` looks the same to this machine.)
 */
export async function deleteDisk(disk: string): Promise<void> {
  writeFileSync(`/sys/block/${disk}/device/delete`, '1');
  await until(`${disk} is gone`, () => !existsSync(`/sys/block/${disk}`));
}

/** Lets every scsi_debug host look for its disks again and waits until there are so many. */
export async function scan(wanted: number): Promise<void> {
  for (const host of hosts()) writeFileSync(`/sys/class/scsi_host/${host}/scan`, '- - -');
  await until(`scsi_debug has ${wanted} disks`, () => disks().length === wanted, { found: () => disks().length });
}

async function set(name: string, value: string): Promise<void> {
  const file = join(parameters, name);
  writeFileSync(file, value);
  await until(`scsi_debug has ${name} ${value}`, () => Number(readAttribute(file)) === Number(value));
}

/** The disks with device node and WWID, in the order of their host, channel, target and LUN. */
function disks(): string[] {
  const places = hosts().flatMap((host) =>
    readdirSync('/sys/class/scsi_device').filter((place) => place.startsWith(`${host.slice('host'.length)}:`)),
  );
  return places
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }))
    .map((place) => `/sys/class/scsi_device/${place}/device/block`)
    .flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []))
    .filter((disk) => existsSync(`/dev/${disk}`));
}

function hosts(): string[] {
  return readdirSync('/sys/class/scsi_host').filter(
    (host) => readAttribute(`/sys/class/scsi_host/${host}/proc_name`) === 'scsi_debug',
  );
}

/** Loads or removes a module of the lab's kernel. */
export function modprobe(...args: string[]): void {
  const result = runModprobe(...args);
  if (result.status !== 0) throw new Error(`modprobe ${args.join(' ')} failed: ${result.stderr.trim()}`);
}

function runModprobe(...args: string[]): { status: number | null; stderr: string } {
  return spawnSync('/run/lab/modprobe', args, { encoding: 'utf8' });
}
