/** Plays inputs to the model and tells what came of them, in a few words. */
import type { AccessState } from '../../src/base/access-state.js';
import { devT, mapName, mapUuid, pathKey, pathNumber, priority, sectors, wwid } from '../../src/base/ids.js';
import type { DevT, Wwid } from '../../src/base/ids.js';
import type { GroupFacts, MapFacts } from '../../src/base/map-facts.js';
import type { PathFacts } from '../../src/discovery/facts.js';
import type { RemotePort } from '../../src/discovery/remote-port.js';
import type { EventRecord } from '../../src/model/catalogue.js';
import { parsePathSelector } from '../../src/model/path-selector.js';
import { initialState } from '../../src/model/saved.js';
import { step } from '../../src/model/step.js';
import type {
  Effect,
  Input,
  ModelState,
  Path,
  Policy,
  ProbeVerdict,
  Request,
  SavedState,
  Settings,
  Step,
  Unit,
} from '../../src/model/types.js';

/** WWID of the logical unit that most tests use; `lu(1)` and up are others. */
export const lu = (index = 0): Wwid => wwid(`3600140500000000000000000000000${index.toString(16)}`);

export const policy: Policy = {
  initial: 'auto',
  noPath: { mode: 'queue-for', seconds: 60 },
  vanishedSec: 30,
  ports: { fastIoFail: 'adaptive', devLoss: 'auto', flapping: { losses: 4, withinSec: 60, holdSec: 60 } },
  namePrefix: 'lu',
  names: new Map(),
  selectors: ['round-robin', 'queue-length', 'service-time'],
};

/** Device number of the path through `port` to unit `index`. */
export const dev = (port: number, index = 0): DevT => devT(`8:${String(port * 16 + index * 256)}`);

/** A path through initiator port and target port `port`. */
export function facts(port: number, changes: Partial<PathFacts> = {}, index = 0): PathFacts {
  const number = pathNumber(`${String(port)}:0:0:${String(index)}`);
  return {
    devT: dev(port, index),
    node: `sd${String.fromCharCode(97 + port)}${index === 0 ? '' : String.fromCharCode(97 + index)}`,
    sg: `sg${String(port)}`,
    number,
    key: pathKey(`i${String(port)}`, `t${String(port)}`, index),
    wwid: lu(index),
    sizeSectors: sectors(2048),
    vendor: 'NEC',
    product: 'DISK ARRAY',
    revision: '1.0',
    serial: `serial${String(index)}`,
    transport: 'fc',
    initiatorPort: `i${String(port)}`,
    targetPort: `t${String(port)}`,
    remotePort: rport(port).name,
    portGroup: port,
    relativePort: port,
    access: null,
    state: 'running',
    obstacle: null,
    holders: [],
    ...changes,
  };
}

/** The remote port behind which the paths through `port` are. */
export function rport(port: number, changes: Partial<RemotePort> = {}): RemotePort {
  return {
    name: `rport-${String(port)}:0-0`,
    host: `host${String(port)}`,
    initiatorPort: `i${String(port)}`,
    targetPort: `t${String(port)}`,
    state: 'online',
    portState: 'Online',
    fastIoFailSec: null,
    devLossSec: 100,
    hostDevLossSec: 100,
    ...changes,
  };
}

/** The same as it is when its cable is pulled. */
export function lostPort(port: number, changes: Partial<RemotePort> = {}): RemotePort {
  return rport(port, { state: 'lost', portState: 'Blocked', ...changes });
}

/** A group as the kernel reports it. `"1 2F3 3"`: port 1 active, port 2 failed with fail count 3, port 3 active. */
export function group(paths: string, changes: Partial<GroupFacts> = {}, index = 0): GroupFacts {
  return {
    selector: 'service-time',
    state: 'enabled',
    paths: paths.split(' ').map((text) => {
      const [, port = '', mark = '', count = ''] = /^(\d+)([AF]?)(\d*)$/.exec(text) ?? [];
      const failed = mark === 'F';
      return {
        devT: dev(Number(port), index),
        failed,
        failCount: count === '' ? Number(failed) : Number(count),
        inFlight: 0,
      };
    }),
    ...changes,
  };
}

/** A map as the kernel reports it: one group for each text. */
export function map(groups: readonly (string | GroupFacts)[], changes: Partial<MapFacts> = {}, index = 0): MapFacts {
  return {
    name: mapName(`lu${String(index)}`),
    uuid: mapUuid(lu(index)),
    devT: devT(`253:${String(index)}`),
    sizeSectors: sectors(2048),
    readOnly: false,
    suspended: false,
    hasTable: true,
    openCount: 1,
    eventNr: 0,
    queueIfNoPath: true,
    groups: groups.map((each) => (typeof each === 'string' ? group(each, {}, index) : each)),
    activeGroup: 1,
    ...changes,
  };
}

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never;

type Fed =
  | Timeless<Exclude<Input, { kind: 'inventory' }>>
  | {
      readonly kind: 'inventory';
      readonly paths: readonly PathFacts[];
      readonly maps: readonly MapFacts[];
      /** Those that are known, where left out. */
      readonly ports?: readonly RemotePort[];
    };

export class Play {
  state: ModelState;
  /** Milliseconds since 1970; a test moves it. */
  at = 1_000_000;
  last: Step;

  constructor(changes: Partial<Policy> = {}, from: Settings | SavedState | null = null) {
    this.state = initialState({ ...policy, ...changes }, from);
    this.last = { state: this.state, effects: [], refusal: null, changed: [], touched: [] };
  }

  /** One unit with these paths; its map, where given, is the kernel's answer to the creation. */
  static withPaths(paths: readonly PathFacts[], kernel: MapFacts | null = null, changes: Partial<Policy> = {}): Play {
    const play = new Play(changes);
    play.feed({ kind: 'inventory', paths, maps: [] });
    if (kernel !== null) play.kernel(kernel);
    return play;
  }

  feed(input: Fed): Step {
    const known = [...this.state.ports.values()].map(({ facts }) => facts);
    const whole = input.kind === 'inventory' ? { ports: known, ...input } : input;
    this.last = step(this.state, { ...whole, at: this.at });
    this.state = this.last.state;
    return this.last;
  }

  kernel(facts: MapFacts | null, index = 0): Step {
    return this.feed({ kind: 'map', wwid: lu(index), map: facts });
  }

  probed(port: number, verdict: ProbeVerdict, outcome: string = verdict): Step {
    return this.feed({
      kind: 'probed',
      answers: [{ wwid: lu(), key: facts(port).key, verdict, outcome, latencyMs: 1 }],
    });
  }

  /** What is heard of a remote port: "online", "marginal" or "lost". */
  port(port: RemotePort): Step {
    return this.feed({ kind: 'port', port });
  }

  /** Every remote port, read at once. */
  ports(...ports: readonly RemotePort[]): Step {
    const paths = [...this.state.units.values()].flatMap((unit) => unit.paths.map((path) => path.facts));
    const maps = [...this.state.units.values()].flatMap((unit) => unit.map ?? []);
    return this.feed({ kind: 'inventory', paths, maps, ports });
  }

  present(path: PathFacts): Step {
    return this.feed({ kind: 'path-present', facts: path });
  }

  gone(port: number, index = 0): Step {
    return this.feed({ kind: 'path-gone', devT: dev(port, index), reason: 'removed' });
  }

  request(request: Request): Step {
    return this.feed({ kind: 'request', request });
  }

  /** A request on paths given as an operator types them. */
  ask(kind: 'enable' | 'disable' | 'use' | 'failback', path: string, force = false): Step {
    const selector = parsePathSelector(path);
    return this.request(kind === 'disable' ? { kind, path: selector, force } : { kind, path: selector });
  }

  unit(index = 0): Unit {
    const unit = this.state.units.get(lu(index));
    if (unit === undefined) throw new Error(`there is no unit ${String(index)}`);
    return unit;
  }

  path(port: number, index = 0): Path {
    const path = this.unit(index).paths.find((each) => each.facts.devT === dev(port, index));
    if (path === undefined) throw new Error(`there is no path ${String(port)}`);
    return path;
  }

  /** Every path as "port:state:priority", in order of discovery: `1> 2  3@ 4X` are the product's symbols. */
  shown(index = 0): string {
    const symbols = { 'in-use': '>', active: '', standby: '@', failed: 'X' };
    return this.unit(index)
      .paths.map((path) => `${path.facts.number.split(':')[0] ?? ''}${symbols[path.shown]}=${String(path.priority)}`)
      .join(' ');
  }

  get records(): readonly EventRecord[] {
    return this.last.effects.flatMap((effect) => (effect.kind === 'record' ? [effect.record] : []));
  }

  /** IDs of the records of the last step. */
  get ids(): readonly number[] {
    return this.records.map((record) => record.id);
  }

  /** Kinds of the other effects of the last step, a probe with its reason. */
  get does(): readonly string[] {
    return this.last.effects.filter((effect) => effect.kind !== 'record').map(word);
  }
}

function word(effect: Effect): string {
  switch (effect.kind) {
    case 'probe':
      return `probe ${effect.key.split('|')[0]?.slice(1) ?? ''} ${effect.reason}`;
    case 'delete-disk':
      return `delete ${effect.facts.node}`;
    case 'fail-path':
    case 'reinstate-path':
      return `${effect.kind.replace('-path', '')} ${effect.devT} in ${effect.map}`;
    case 'wake':
      return `wake ${String(effect.at)}`;
    case 'set-port-timeouts': {
      const { port, fastIoFailSec, devLossSec } = effect;
      const fast = fastIoFailSec === undefined ? '' : ` fast ${String(fastIoFailSec ?? 'off')}`;
      return `set ${port}${fast}${devLossSec === undefined ? '' : ` loss ${String(devLossSec)}`}`;
    }
    case 'join':
      return `join ${effect.key.split('|')[0]?.slice(1) ?? ''}`;
    case 'apply':
    case 'save':
    case 'record':
      return effect.kind;
  }
}

export const accessStates: readonly (AccessState | null)[] = [
  null,
  'optimized',
  'non-optimized',
  'lba-dependent',
  'transitioning',
  'standby',
  'unavailable',
  'offline',
];

/** A remembered path as a save has it. */
export const saved = (port: number, number: number, enabled = true): SavedState['units'][number]['paths'][number] => ({
  key: facts(port).key,
  priority: priority(number),
  enabled,
});
