// The array that all stories of the Fibre Channel lab share: it can be made only once in a life of the kernel.
import { FcArray } from './fc-array.js';

/** LUNs for stories that look closely, each story using some of them. */
export const luns = ['one', 'two', 'three'] as const;

/**
 * The LUN with number 0. Where that is not mapped LIO lets a dummy disk answer, which takes writes and keeps none
 * (drivers/target/target_core_device.c, transport_lookup_cmd_lun): never with I/O under way.
 */
export const lunZero = 'three';

export function theArray(): Promise<FcArray> {
  return FcArray.there({
    luns: luns.map((name, index) => ({
      name,
      lun: name === lunZero ? 0 : index + 1,
      sizeMb: 16,
      serial: `0000fc0${index}`,
    })),
  });
}
