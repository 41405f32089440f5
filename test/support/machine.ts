/** A whole controller on a fake kernel: disks that appear, break and hang, a watcher that answers, a clock moved by hand. */
import { SteadyClock } from '../../src/base/clock.js';
import { PathManagerError } from '../../src/base/errors.js';
import { devT, pathKey, pathNumber, sectors, wwid, type DevT, type MapName, type Wwid } from '../../src/base/ids.js';
import type { MapFacts } from '../../src/base/map-facts.js';
import { Claims } from '../../src/controller/claims.js';
import { parseConfig } from '../../src/controller/config.js';
import { Controller } from '../../src/controller/controller.js';
import { PathRecords } from '../../src/controller/path-records.js';
import type { MapNodes, PortTimeouts, ReservationOrders } from '../../src/controller/ports.js';
import type { PathFacts } from '../../src/discovery/facts.js';
import type { RemotePort } from '../../src/discovery/remote-port.js';
import type { EventRecord } from '../../src/model/catalogue.js';
import type { PathLimits } from '../../src/model/doctor/types.js';
import { parsePathSelector } from '../../src/model/path-selector.js';
import { initialState } from '../../src/model/saved.js';
import type { Path, Request, Unit } from '../../src/model/types.js';
import { Attendance } from '../../src/services/api/attendance.js';
import { Insight } from '../../src/services/daemon/insight.js';
import { PatrolClock } from '../../src/services/daemon/patrol-clock.js';
import { FakeClock, settle } from './fake-clock.js';
import { FakeKernel } from './fake-kernel.js';
import { FakeDevices, FakeProber, MemoryStore } from './machine-parts.js';

export { MemoryStore } from './machine-parts.js';

export const unitA = wwid('36001405aaaaaaaaaaaaaaaaaaaaaaaaa');
export const unitB = wwid('36001405bbbbbbbbbbbbbbbbbbbbbbbbb');

/** Facts of a path: `port` 0.. is the cable, `lun` the logical unit's number behind it. */
export function pathFacts(id: Wwid, port: number, lun = 0, fields: Partial<PathFacts> = {}): PathFacts {
  const minor = (lun * 8 + port) * 16;
  return {
    devT: devT(`8:${String(minor)}`),
    node: `sd${String.fromCharCode(97 + lun * 8 + port)}`,
    sg: `sg${String(lun * 8 + port)}`,
    number: pathNumber(`${String(port)}:0:0:${String(lun)}`),
    key: pathKey(`i${String(port)}`, `t${String(port)}`, lun),
    wwid: id,
    sizeSectors: sectors(65_536),
    vendor: 'NEC',
    product: 'DISK ARRAY',
    revision: '1000',
    serial: 'aa01',
    transport: 'loop',
    initiatorPort: `i${String(port)}`,
    targetPort: `t${String(port)}`,
    remotePort: null,
    portGroup: null,
    relativePort: null,
    access: null,
    state: 'running',
    obstacle: null,
    holders: [],
    ...fields,
  };
}

/** The kernel's words. */
const PORT_STATES = { online: 'Online', marginal: 'Marginal', lost: 'Blocked' } as const;

/** A remote port that is online: "rport-2:0-0" is at the other end of cable 2, with the kernel's usual time-outs. */
export function remotePort(name: string, fields: Partial<RemotePort> = {}): RemotePort {
  const cable = /^rport-(\d+):/.exec(name)?.[1] ?? '';
  return {
    name,
    host: `host${cable}`,
    initiatorPort: `i${cable}`,
    targetPort: `t${cable}`,
    state: 'online',
    fastIoFailSec: 5,
    devLossSec: 60,
    hostDevLossSec: 60,
    portState: PORT_STATES[fields.state ?? 'online'],
    ...fields,
  };
}

export class Machine {
  readonly clock = new FakeClock();
  /** The clock as the daemon makes it of the machine's. */
  readonly steady = new SteadyClock(this.clock);
  readonly kernel: FakeKernel;
  readonly devices = new FakeDevices();
  readonly prober = new FakeProber();
  readonly store: MemoryStore;
  readonly records: EventRecord[] = [];
  readonly troubles: string[] = [];
  /** Units of which it was told that they changed, in order. */
  readonly told: Wwid[] = [];
  readonly nodes: string[] = [];
  /** What the kernel was made to look at. */
  readonly scans: string[] = [];
  /** Whether the storage answers it. */
  scanEnds = true;
  /** What the kernel finds then. */
  onScan: (scan: string) => void = () => undefined;
  /** What udev was told, in order: "+" claimed, "-" released, "ready" and "unready" maps. */
  readonly marks: string[] = [];
  /** Disks that the kernel was to forget, and why it did not. */
  readonly removals: DevT[] = [];
  keptBecause: string | null = null;
  /** Time-outs of remote ports that were written, in order. */
  readonly timeouts: ({ name: string } & Parameters<PortTimeouts['write']>[1])[] = [];
  /** Who carries out orders of reservations: nobody, until a test says so. */
  orders: ReservationOrders = { send: () => false };
  /** The device on which I/O hangs, as the traffic's reading gives it. */
  stuck: DevT | null = null;
  readonly patrol = new PatrolClock();
  /** Who reads the event streams: nobody, until a test says so. */
  readonly attendance = new Attendance();
  /** What sysfs says of the disks, by node. */
  readonly limits = new Map<string, PathLimits>();
  readonly #pathRecords = new PathRecords();
  readonly #claims: Claims;
  readonly #config: ReturnType<typeof parseConfig>;
  #controller: Controller | null = null;

  /** Another machine's kernel and store make this one its next start. */
  constructor(config = '', before: { readonly kernel: FakeKernel; readonly store: MemoryStore } | null = null) {
    this.#config = parseConfig(config, 'test');
    this.#claims = new Claims(this.#config.claim);
    this.kernel = before?.kernel ?? new FakeKernel();
    this.store = before?.store ?? new MemoryStore();
  }

  async #scan(scan: string): Promise<boolean> {
    this.scans.push(scan);
    await Promise.resolve();
    this.onScan(scan);
    return this.scanEnds;
  }

  /** Plugs disks in before or after the start. */
  async add(...facts: readonly PathFacts[]): Promise<void> {
    for (const each of facts) {
      this.devices.facts.set(each.devT, each);
      this.kernel.addDisk(each.devT, each.sizeSectors);
      this.devices.tell({ kind: 'present', facts: each });
    }
    await this.quiet();
  }

  async remove(facts: PathFacts): Promise<void> {
    this.devices.facts.delete(facts.devT);
    this.kernel.removeDisk(facts.devT);
    this.devices.tell({ kind: 'gone', devT: facts.devT, node: facts.node, reason: 'removed' });
    await this.quiet();
  }

  /**
   * A remote port as "rport-0:0-0" that appears or changes: the port at the other end of cable 0 and online, but for what
   * is given. Which paths it carries is their own fact `remotePort`.
   */
  async remotePort(name: string, fields: Partial<RemotePort> = {}): Promise<void> {
    const word = fields.state === undefined ? {} : { portState: PORT_STATES[fields.state] };
    const port = { ...(this.devices.ports.get(name) ?? remotePort(name)), ...word, ...fields };
    this.devices.ports.set(name, port);
    this.devices.tell({ kind: 'port', port });
    await this.quiet();
  }

  async removeRemotePort(name: string): Promise<void> {
    this.devices.ports.delete(name);
    this.devices.tell({ kind: 'port-removed', name });
    await this.quiet();
  }

  async start(): Promise<void> {
    const { names, namePrefix, initial, noPath, vanishedSec, ports } = this.#config;
    const policy = { names, namePrefix, initial, noPath, vanishedSec, ports, selectors: this.kernel.selectors() };
    const nodes: MapNodes = {
      ensure: (name: MapName) => void this.nodes.push(`+${name}`),
      drop: (name: MapName) => void this.nodes.push(`-${name}`),
    };
    this.#controller = new Controller(
      {
        clock: this.steady,
        kernel: this.kernel,
        devices: this.devices,
        prober: this.prober,
        orders: { send: (order) => this.orders.send(order) },
        store: this.store,
        nodes,
        traffic: { stuck: (devices) => Promise.resolve(devices.find((each) => each === this.stuck) ?? null) },
        claims: this.#claims,
        storage: { scan: (scope, except) => this.#scan([scope, ...except.map((number) => `not ${number}`)].join(' ')) },
        removal: {
          remove: ({ devT }) => {
            this.removals.push(devT);
            return Promise.resolve(this.keptBecause);
          },
        },
        portTimeouts: {
          write: (name, { fastIoFailSec, devLossSec }) => {
            const values = {
              ...(fastIoFailSec === undefined ? {} : { fastIoFailSec }),
              ...(devLossSec === undefined ? {} : { devLossSec }),
            };
            this.timeouts.push({ name, ...values });
            const port = this.devices.ports.get(name);
            if (port === undefined) return 'gone';
            if (port.state === 'lost') return 'lost';
            this.devices.ports.set(name, { ...port, ...values });
            this.devices.recheckPort(name);
            return 'written';
          },
        },
        marks: {
          start: (known) => void this.marks.push(`known ${known.size}`),
          claim: (device) => void this.marks.push(`+${device}`),
          release: (device) => void this.marks.push(`-${device}`),
          mapReady: (name, _device, ready) => {
            const mark = `${ready ? 'ready' : 'unready'} ${name}`;
            if (this.marks.findLast((each) => each.endsWith(`ready ${name}`)) !== mark) this.marks.push(mark);
          },
          close: () => undefined,
        },
        listener: {
          record: (record) => {
            this.records.push(record);
            this.#pathRecords.note(record);
          },
          changed: (units) => void this.told.push(...units),
          settingsChanged: () => undefined,
          trouble: (error) => void this.troubles.push(error.message),
        },
      },
      initialState(policy, this.store.load().saved),
    );
    const started = this.#controller.start(1000);
    await this.quiet();
    await started;
  }

  get controller(): Controller {
    if (this.#controller === null) throw new Error('the machine has not been started');
    return this.#controller;
  }

  /** What the API tells to those who want to understand. */
  get insight(): Insight {
    return new Insight({
      clock: this.steady,
      controller: this.controller,
      prober: { connected: this.prober.connected, askedAt: () => null },
      patrol: this.patrol,
      records: this.#pathRecords,
      claims: this.#claims,
      kernel: this.kernel,
      attendance: this.attendance,
      limits: (node) => this.limits.get(node) ?? null,
    });
  }

  /** An operator's request, waited for. */
  async request(request: Request): Promise<readonly Wwid[]> {
    const asked = this.controller.request(request);
    await this.quiet();
    return asked;
  }

  unit(id: Wwid = unitA): Unit {
    const unit = this.controller.state.units.get(id);
    if (unit === undefined) throw new Error(`no unit ${id}`);
    return unit;
  }

  /** The map as the kernel has it. */
  map(id: Wwid = unitA): MapFacts {
    const map = this.kernel.list().find((each) => each.uuid === `mpath-${id}`);
    if (map === undefined) throw new Error(`no map of ${id}`);
    return map;
  }

  path(number: string, id: Wwid = unitA): Path {
    const path = this.unit(id).paths.find((each) => each.facts.number === number);
    if (path === undefined) throw new Error(`no path ${number}`);
    return path;
  }

  /** One letter a path in the order of discovery: > in use, A active, @ standby, X failed. */
  states(id: Wwid = unitA): string {
    const letters = { 'in-use': '>', active: 'A', standby: '@', failed: 'X' } as const;
    return this.unit(id)
      .paths.map((path) => letters[path.shown])
      .join('');
  }

  /** The device that carries I/O by the kernel's account, or several where a group has several. */
  carrying(id: Wwid = unitA): readonly string[] {
    const map = this.map(id);
    return map.groups[map.activeGroup - 1]?.paths.filter((path) => !path.failed).map((path) => path.devT) ?? [];
  }

  async probed(facts: PathFacts, verdict: 'up' | 'down' | 'standby' | 'retry' | 'ignore'): Promise<void> {
    this.controller.report([{ wwid: facts.wwid, key: facts.key, verdict, outcome: verdict, latencyMs: 1 }]);
    await this.quiet();
  }

  /** Reads a block through the map, so that the kernel meets its broken paths. */
  async read(id: Wwid = unitA): Promise<string> {
    const outcome = this.kernel.readBlock(this.map(id).name);
    const first = await Promise.race([outcome, settle().then(() => 'waits')]);
    await this.quiet();
    return first;
  }

  ids(): readonly number[] {
    return this.records.map((record) => record.id);
  }

  /** Table loads so far. */
  loads(): number {
    return this.kernel.log.filter((entry) => entry.kind === 'create' || entry.kind === 'reload').length;
  }

  /** Lets everything settle that needs no time. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) await settle();
  }
}

export const selector = parsePathSelector;

/** The error code that a request ends with. */
export async function refusalOf(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return 'nothing';
  } catch (error) {
    return error instanceof PathManagerError ? error.code : String(error);
  }
}
