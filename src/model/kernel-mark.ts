/** What the kernel says of one path. */
import type { DevT } from '../base/ids.js';
import type { MapFacts, MapPathFacts } from '../base/map-facts.js';

/** The path's entry in the map's table; undefined where it is not in there. */
export function kernelMark(map: MapFacts | null, devT: DevT): MapPathFacts | undefined {
  return map?.groups.flatMap((group) => group.paths).find((path) => path.devT === devT);
}
