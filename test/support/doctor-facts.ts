/** What doctor looks at: all in order, with what a test changes. */
import type { DevT } from '../../src/base/ids.js';
import type { DoctorFacts, PathLimits } from '../../src/model/doctor/types.js';
import type { Play } from './model-play.js';

/** Limits of a path through adapter `port`, by its device number; none of them fights another. */
export function limits(port: number, changes: Partial<PathLimits> = {}): PathLimits {
  return {
    host: `host${String(port)}`,
    adapter: `0000:0${String(port)}:00`,
    timeoutSec: 30,
    queueDepth: 32,
    errorHandlingSec: 30,
    remotePort: null,
    session: null,
    ...changes,
  };
}

/** The facts of a state; each path has the limits of its port, which is the first field of its number. */
export function doctorFacts(
  play: Play,
  changes: Partial<DoctorFacts> = {},
  limitsOf: (port: number) => PathLimits = limits,
): DoctorFacts {
  const paths = [...play.state.units.values()].flatMap((unit) => unit.paths);
  const known = paths.map(({ facts }): [DevT, PathLimits] => {
    return [facts.devT, limitsOf(Number(facts.number.split(':')[0]))];
  });
  return {
    state: play.state,
    maps: [...play.state.units.values()].flatMap(({ map }) => map ?? []),
    halfLoaded: new Set(),
    inWork: new Set(),
    limits: new Map(known),
    leftAlone: [],
    version: '1.0.0',
    watcher: { connected: true, versions: ['1.0.0'] },
    logger: { connected: true, versions: ['1.0.0'] },
    ...changes,
  };
}
