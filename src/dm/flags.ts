/** Flags of the device-mapper's ioctl interface and of its udev cookie. */

/** Header flags (linux/dm-ioctl.h), without the prefix DM_ and without suffix _FLAG. */
export const dmFlags = {
  READONLY: 1 << 0,
  SUSPEND: 1 << 1,
  STATUS_TABLE: 1 << 4,
  ACTIVE_PRESENT: 1 << 5,
  INACTIVE_PRESENT: 1 << 6,
  BUFFER_FULL: 1 << 8,
  SKIP_LOCKFS: 1 << 10,
  NOFLUSH: 1 << 11,
  QUERY_INACTIVE_TABLE: 1 << 12,
  UEVENT_GENERATED: 1 << 13,
  UUID: 1 << 14,
  DATA_OUT: 1 << 16,
  DEFERRED_REMOVE: 1 << 17,
  INTERNAL_SUSPEND: 1 << 18,
} as const;

export type DmFlag = keyof typeof dmFlags;

/** The flags as a number. */
export function flagBits(flags: readonly DmFlag[]): number {
  return flags.reduce((bits, flag) => bits | dmFlags[flag], 0);
}

/** The names of the flags that are set, for records; bits without a name are left out. */
export function flagNames(bits: number): DmFlag[] {
  return (Object.keys(dmFlags) as DmFlag[]).filter((flag) => (bits & dmFlags[flag]) !== 0);
}

/**
 * What udev's rules are told with the uevent of a resume, a rename or a removal (lvm2, udev/10-dm.rules; the three
 * subsystem flags are multipath's own, multipath-tools' 11-dm-mpath.rules):
 * PRIMARY_SOURCE: the event is a real change; without it the rules take it for a spurious one.
 * DISABLE_LIBRARY_FALLBACK: the nodes are udev's business.
 * RELOAD: nothing changed for upper layers, so nothing needs to be scanned again.
 * NO_KPARTX: make no partition maps. NO_PATHS: no path is usable, reading would hang or fail.
 */
export const udevFlags = {
  DISABLE_LIBRARY_FALLBACK: 0x0020,
  PRIMARY_SOURCE: 0x0040,
  RELOAD: 0x0100,
  NO_KPARTX: 0x0200,
  NO_PATHS: 0x0400,
} as const;

export type UdevFlag = keyof typeof udevFlags;

/**
 * The udev cookie of an operation that nobody waits for: the flags in its upper half. The lower half names a semaphore;
 * 0 means there is none, and `dmsetup udevcomplete`, which the rules call, then has nothing to do.
 */
export function udevCookie(flags: readonly UdevFlag[]): number {
  const always = udevFlags.PRIMARY_SOURCE | udevFlags.DISABLE_LIBRARY_FALLBACK;
  return flags.reduce((bits, flag) => bits | udevFlags[flag], always) << 16;
}
