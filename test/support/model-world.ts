/**
 * The model between a kernel and four cables: everything that happens to one unit, one small action at a time, in any
 * order. Work on the map is asynchronous as in the controller: messages go at once, a table load ends some actions later.
 */
import type { MapOperation, Policy, WantedMap } from '../../src/model/types.js';
import { wantedMap } from '../../src/model/grouping.js';
import { plan } from '../../src/model/plan.js';
import type { DevT } from '../../src/base/ids.js';
import { KernelGroupModel } from './kernel-group-model.js';
import { dev, facts, lostPort, lu, Play, rport } from './model-play.js';

export type Action =
  | { readonly kind: 'cable'; readonly port: number; readonly works: boolean }
  | { readonly kind: 'io' | 'report' | 'work' | 'load ends' | 'load fails' | 'tick' }
  | { readonly kind: 'probe starts' | 'probe ends' | 'transport'; readonly port: number }
  | { readonly kind: 'goes' | 'comes'; readonly port: number }
  | { readonly kind: 'enable' | 'disable' | 'use'; readonly port: number }
  | { readonly kind: 'balance'; readonly on: boolean }
  | { readonly kind: 'failback mode'; readonly standby: boolean }
  | { readonly kind: 'somebody reinstates' | 'somebody fails'; readonly port: number };

const PORTS = [1, 2, 3, 4];

export class ModelWorld {
  readonly play: Play;
  readonly kernel = new KernelGroupModel(lu());
  readonly #works = new Set(PORTS);
  /** Answers of probes under way, as the cable was when they were sent. */
  readonly #probes = new Map<number, boolean>();
  /** Apply was asked for and no job has begun since. */
  #dirty = false;
  /** A load that waits for storage, with the table as it was wanted when it began. */
  #loading: { readonly operation: MapOperation; readonly wanted: WantedMap | null } | null = null;

  constructor(policy: Partial<Policy>) {
    this.play = new Play(policy);
    this.#after(this.play.feed({ kind: 'inventory', paths: PORTS.map((port) => facts(port)), maps: [] }));
  }

  act(action: Action): void {
    this.play.at += 1000;
    switch (action.kind) {
      case 'cable':
        if (action.works) this.#works.add(action.port);
        else this.#works.delete(action.port);
        break;
      case 'io':
        this.io();
        break;
      case 'report':
        this.report();
        break;
      case 'work':
        this.work();
        break;
      case 'load ends':
        this.#loadEnds();
        break;
      case 'load fails':
        this.#loadFails();
        break;
      case 'tick':
        this.#after(this.play.feed({ kind: 'tick' }));
        break;
      case 'probe starts':
        this.#probes.set(action.port, this.#works.has(action.port));
        break;
      case 'probe ends':
        this.#probeEnds(action.port);
        break;
      case 'transport':
        this.#port(action.port);
        break;
      case 'goes':
        this.#after(this.play.gone(action.port));
        break;
      case 'comes':
        this.#after(this.play.present(facts(action.port)));
        break;
      case 'enable':
      case 'disable':
      case 'use':
        this.#after(this.play.ask(action.kind, `${String(action.port)}:::`, true));
        break;
      case 'balance':
        this.#balance(action.on ? 'service-time' : 'none');
        break;
      case 'failback mode':
        this.#after(this.play.request({ kind: 'set-failback', mode: action.standby ? 'standby' : 'active' }));
        break;
      case 'somebody reinstates':
        this.kernel.target?.message({ kind: 'reinstate-path', devT: dev(action.port) });
        break;
      case 'somebody fails':
        this.kernel.target?.message({ kind: 'fail-path', devT: dev(action.port) });
        break;
    }
  }

  /** One I/O: tries paths until one works. True where it succeeded. */
  io(): boolean {
    for (;;) {
      const path = this.kernel.target?.choosePath() ?? null;
      if (path === null) return false;
      // A device that has gone stays in the table until the next load, and fails what is sent to it.
      const present = this.play.unit().paths.some((each) => each.facts.devT === path);
      if (present && this.#works.has(portOf(path))) return true;
      this.kernel.target?.fail(path);
    }
  }

  report(): void {
    this.#after(this.play.kernel(this.kernel.facts));
  }

  /** A job of the applier: read, plan, act, until nothing is left or a load has to be waited for. */
  work(): void {
    if (!this.#dirty || this.#loading !== null) return;
    this.#dirty = false;
    this.#rounds();
  }

  /** Whether a path is physically good and present. */
  get anyWorks(): boolean {
    return this.play.unit().paths.some((path) => this.#works.has(portOf(path.facts.devT)));
  }

  works(device: DevT): boolean {
    return this.#works.has(portOf(device));
  }

  /**
   * Lets everything that was set off come to its end. Returns the number of rounds that it took; throws where it never
   * ends.
   */
  settle(): number {
    for (let round = 1; round <= 20; round += 1) {
      const before = this.play.state;
      this.#loadEnds();
      this.report();
      this.work();
      if (this.play.state === before && !this.#dirty && this.#loading === null) return round;
    }
    throw new Error('the model and the kernel never come to rest');
  }

  /** A round of the patrol, after a while: every port has told how it is, and every path is probed, truthfully. */
  patrol(): void {
    for (const { facts: port } of this.play.state.ports.values()) this.#port(Number(port.name.charAt(6)));
    this.play.at += 120_000;
    this.#after(this.play.feed({ kind: 'tick' }));
    for (const path of this.play.unit().paths) {
      const port = portOf(path.facts.devT);
      this.#probes.set(port, this.#works.has(port));
      this.#probeEnds(port);
    }
  }

  #port(port: number): void {
    this.#after(this.play.port(this.#works.has(port) ? rport(port) : lostPort(port)));
  }

  #rounds(): void {
    for (let round = 0; round < 10; round += 1) {
      const wanted = this.#wanted();
      const operations = plan(wanted, this.kernel.facts);
      if (operations.length === 0) {
        this.report();
        this.#after(this.play.feed({ kind: 'applied', wwid: lu() }));
        return;
      }
      for (const operation of operations) {
        if (operation.kind === 'message') {
          this.kernel.carryOut([operation], wanted);
          continue;
        }
        this.#loading = { operation, wanted };
        return;
      }
    }
    throw new Error('the plan never ends');
  }

  #loadEnds(): void {
    if (this.#loading === null) return;
    const { operation, wanted } = this.#loading;
    this.#loading = null;
    this.kernel.carryOut([operation], wanted);
    this.#rounds();
  }

  /** The controller tries again after a while. */
  #loadFails(): void {
    if (this.#loading === null) return;
    this.#loading = null;
    this.#dirty = true;
    this.play.feed({ kind: 'apply-failed', wwid: lu(), code: 'DM_IOCTL', message: 'kernel returned EBUSY' });
  }

  #probeEnds(port: number): void {
    const good = this.#probes.get(port);
    if (good === undefined) return;
    this.#probes.delete(port);
    this.#after(this.play.probed(port, good ? 'up' : 'down'));
  }

  #balance(mode: 'service-time' | 'none'): void {
    const [path] = this.play.unit().paths;
    if (path === undefined) return;
    const selector = { kind: 'device' as const, devT: path.facts.devT, text: path.facts.devT };
    this.#after(this.play.request({ kind: 'set-balance', path: selector, mode }));
  }

  #after(step: Play['last']): void {
    for (const effect of step.effects) {
      if (effect.kind === 'apply') this.#dirty = true;
      if (effect.kind !== 'probe') continue;
      const port = PORTS.find((each) => facts(each).key === effect.key) ?? 0;
      this.#probes.set(port, this.#works.has(port));
    }
  }

  #wanted(): WantedMap | null {
    const { policy, settings } = this.play.state;
    return wantedMap(this.play.unit(), policy, settings);
  }
}

function portOf(device: DevT): number {
  return PORTS.find((port) => dev(port) === device) ?? 0;
}
