// The udevd of a benchmark.
import { writeFileSync } from 'node:fs';
import { Udev } from '../../lab/inside/udev.js';

/**
 * One rule for both sides, besides those of device-mapper: without a fork a disk gets what their own rules would find out
 * on a machine that has run before. ID_SERIAL and ID_WWN are the identity that the kernel has read already, which
 * multipathd takes from udev; DM_MULTIPATH_DEVICE_PATH says that the disk is a path, so that neither sends it through the
 * rules again. The rules that either side installs are left out: multipathd's start a program for each event.
 */
const diskRule = `ACTION=="add|change", SUBSYSTEM=="block", KERNEL=="sd*[!0-9]", ATTRS{wwid}=="?*", \\
  ENV{ID_SERIAL}="$attr{wwid}", ENV{ID_WWN}="$attr{wwid}", ENV{DM_MULTIPATH_DEVICE_PATH}="1"
`;

export function startBenchUdev(): Promise<Udev> {
  const rule = '/run/lab/60-bench-disk.rules';
  writeFileSync(rule, diskRule);
  return Udev.start({ rules: [rule] });
}
