// Waits in the lab: until udev has done its work, so that nobody's figures carry it.
import type { Udev } from '../../lab/inside/udev.js';

/** udevd's own wait is limited; many disks take several of them. */
export function settle(udev: Udev, tries = 20): void {
  for (let left = tries; ; left--) {
    try {
      udev.settle();
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
