/** Settings of a file given to the model. */
import type { PortablePath, PortableSettings, PortableUnit, Step } from '../../src/model/types.js';
import { dev, facts, lu, map, Play } from './model-play.js';

export const key = (port: number, index = 0): string => facts(port, {}, index).key;

/** Two units of three paths each, not balanced; the third path of the first one is away. */
export function scene(): Play {
  const play = Play.withPaths([1, 2, 3].flatMap((port) => [facts(port), facts(port, {}, 1)]));
  for (const index of [0, 1]) {
    play.kernel(map(['1 2 3'], {}, index), index);
    const path = { kind: 'device' as const, devT: dev(1, index), text: '' };
    play.request({ kind: 'set-balance', path, mode: 'none' });
    play.feed({ kind: 'applied', wwid: lu(index) });
  }
  play.gone(3);
  return play;
}

export function imported(
  play: Play,
  settings: Omit<PortableSettings, 'version'>,
  options: { skipMissing?: boolean; force?: boolean } = {},
): Step {
  return play.request({
    kind: 'import',
    settings: { version: 1, ...settings },
    skipMissing: options.skipMissing ?? false,
    force: options.force ?? false,
  });
}

export const unitOf = (given: PortableUnit, index = 0): Omit<PortableSettings, 'version'> => ({
  units: { [lu(index)]: given },
});
export const pathsOf = (paths: Readonly<Record<number, PortablePath>>): Omit<PortableSettings, 'version'> =>
  unitOf({ paths: Object.fromEntries(Object.entries(paths).map(([port, path]) => [key(Number(port)), path])) });
