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
