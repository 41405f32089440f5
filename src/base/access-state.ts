/** Asymmetric access state of a path's target port group (SPC-4 table "ASYMMETRIC ACCESS STATE field"). */
export type AccessState =
  'optimized' | 'non-optimized' | 'standby' | 'unavailable' | 'lba-dependent' | 'offline' | 'transitioning';

/** How good a path of this state is for I/O: 0 is best; `null` (the array has no ALUA) counts as optimized. */
export function accessRank(state: AccessState | null): number {
  switch (state) {
    case null:
    case 'optimized':
      return 0;
    case 'non-optimized':
      return 1;
    case 'lba-dependent':
      return 2;
    case 'transitioning':
      return 3;
    case 'standby':
      return 4;
    case 'unavailable':
      return 5;
    case 'offline':
      return 6;
  }
}

/** True where reads and writes through the path are served (SPC-4 5.16.2: standby and below refuse them). */
export function carriesIo(state: AccessState | null): boolean {
  return accessRank(state) <= 3;
}

/** By the number that arrays report (SPC-4 table 293); 5h to Dh are reserved or not for target ports. */
const byNibble: Readonly<Record<number, AccessState>> = {
  0x0: 'optimized',
  0x1: 'non-optimized',
  0x2: 'standby',
  0x3: 'unavailable',
  0x4: 'lba-dependent',
  0xe: 'offline',
  0xf: 'transitioning',
};

/** The state for the 4-bit number of a REPORT TARGET PORT GROUPS descriptor; null where it has no meaning. */
export function accessStateOf(nibble: number): AccessState | null {
  return byNibble[nibble] ?? null;
}

/** By the word in sysfs `access_state` (drivers/scsi/scsi_sysfs.c, sdev_access_states). */
const bySysfsWord: ReadonlyMap<string, AccessState> = new Map([
  ['active/optimized', 'optimized'],
  ['active/non-optimized', 'non-optimized'],
  ['standby', 'standby'],
  ['unavailable', 'unavailable'],
  ['lba-dependent', 'lba-dependent'],
  ['offline', 'offline'],
  ['transitioning', 'transitioning'],
]);

/** The state for the text of sysfs `access_state`; null where there is none that we know. */
export function accessStateFromSysfs(text: string): AccessState | null {
  return bySysfsWord.get(text.trim()) ?? null;
}
