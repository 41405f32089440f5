/** Gathers what doctor looks at. Reads sysfs and the maps, neither of which waits for storage. */
import { setImmediate } from 'node:timers/promises';
import type { DevT } from '../base/ids.js';
import { isLive } from '../model/availability.js';
import type { DoctorFacts, PathLimits } from '../model/doctor/types.js';
import type { Claims } from './claims.js';
import type { Controller } from './controller.js';
import type { KernelMaps } from './ports.js';

export interface DoctorSources {
  readonly controller: Pick<Controller, 'state' | 'applier'>;
  readonly kernel: Pick<KernelMaps, 'list' | 'halfLoaded'>;
  readonly claims: Pick<Claims, 'leftOut'>;
  /** Limits of a disk by its node; null where it is gone. */
  limits(node: string): PathLimits | null;
}

/** Paths read in one turn of the event loop: a few milliseconds, then others have their turn. */
const PATHS_A_TURN = 32;

/** The facts of now, but for those of the daemons. */
export async function gatherFacts(
  sources: DoctorSources,
): Promise<Omit<DoctorFacts, 'version' | 'watcher' | 'logger'>> {
  const { controller, kernel, claims } = sources;
  const limits = await readLimits(sources);
  // After the reading, which takes turns: these are of one moment.
  const { state, applier } = controller;
  const inWork = [...state.units.keys()].filter((wwid) => applier.busy(wwid));
  return {
    state,
    maps: kernel.list(),
    halfLoaded: new Set(kernel.halfLoaded()),
    inWork: new Set(inWork),
    limits,
    leftAlone: claims
      .leftOut(new Set(state.units.keys()))
      .map(({ facts: { node, number, devT, wwid }, reason: why, detail }) => {
        return { node, number, devT, wwid, why, reason: detail };
      }),
  };
}

async function readLimits(sources: DoctorSources): Promise<ReadonlyMap<DevT, PathLimits>> {
  const paths = [...sources.controller.state.units.values()].filter(isLive).flatMap((unit) => unit.paths);
  const known = new Map<DevT, PathLimits>();
  for (const [index, { facts }] of paths.entries()) {
    if (index % PATHS_A_TURN === PATHS_A_TURN - 1) await setImmediate();
    const found = sources.limits(facts.node);
    if (found !== null) known.set(facts.devT, found);
  }
  return known;
}
