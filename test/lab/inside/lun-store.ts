// The LUNs of an array behind LIO: content, identity, ALUA groups. How they are shown to anybody is not told here.
// Source of the layout: Documentation/target and drivers/target/target_core_configfs.c of Linux 6.1.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { store, storeFiles } from './clear-target.js';

export interface LunSpec {
  /** The backstore's name, for the tests. */
  readonly name: string;
  readonly sizeMb: number;
  /** Hex digits only: the kernel drops others from the NAA identifier, so that two serials could collide. */
  readonly serial: string;
  /** Bytes that follow the serial, for arrays that do not behave; without hex digits, which would become part of the WWID. */
  readonly serialTail?: string;
  /** The logical unit number; default: the place in the list. */
  readonly lun?: number;
  /** A block device that has the content, for a LUN that is to outlive this machine's boot; default: a file in memory. */
  readonly device?: string;
  /** The ports that show it; default all. */
  readonly shownOn?: readonly number[];
}

/** What the array says of itself. */
export interface StoreStrings {
  readonly vendor?: string;
  readonly product?: string;
  readonly revision?: string;
}

/**
 * Makes the content and the identity of a LUN, whole, in place of what there was.
 * @param groups names of its ALUA target port groups, "group<number>"
 */
export function createStore(lun: LunSpec, strings: StoreStrings, groups: readonly string[]): void {
  if (!/^[0-9a-f]{1,25}$/.test(lun.serial)) throw new Error(`Serial "${lun.serial}" is not 1 to 25 hex digits`);
  if (lun.device === undefined) mkdirSync(storeFiles, { recursive: true });
  const folder = storeFolder(lun.name);
  mkdirSync(folder, { recursive: true });
  const set = (file: string, value: string): void => writeFileSync(join(folder, file), value);
  const content = lun.device ?? join(storeFiles, lun.name);
  set('control', `fd_dev_name=${content},fd_dev_size=${lun.sizeMb * 1024 * 1024}`);
  set('wwn/vendor_id', strings.vendor ?? 'NEC');
  set('wwn/product_id', strings.product ?? 'DISK ARRAY');
  set('wwn/revision', strings.revision ?? '1000');
  set('enable', '1');
  set('wwn/vpd_unit_serial', `${lun.serial}${lun.serialTail ?? ''}`);
  for (const name of new Set(groups)) {
    const group = join(folder, 'alua', name);
    if (existsSync(group)) continue;
    mkdirSync(group);
    // Id 0 is that of the group which every LUN has by default.
    writeFileSync(join(group, 'tg_pt_gp_id'), String(Number(name.slice('group'.length)) + 1));
  }
}

export function storeFolder(name: string): string {
  return join(store, name);
}

/** The WWID that the kernel makes of a LUN's serial: the Linux-IO company code and the serial, padded. */
export function wwidOf(serial: string): string {
  return `naa.${`6001405${serial}`.padEnd(32, '0').slice(0, 32)}`;
}
