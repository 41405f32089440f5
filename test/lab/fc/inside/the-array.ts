// The array that all stories of the Fibre Channel lab share: it can be made only once in a life of the kernel.
import { FcArray } from './fc-array.js';

/** LUNs for stories that look closely, each story using some of them. */
export const luns = ['one', 'two', 'three'] as const;

export function theArray(): Promise<FcArray> {
  return FcArray.there({
    luns: luns.map((name, index) => ({ name, sizeMb: 16, serial: `0000fc0${index}` })),
  });
}
