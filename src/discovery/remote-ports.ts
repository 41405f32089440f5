/** The Fibre Channel ports at the other end: what has been told of each, and its state ten times a second. */

import { isDeepStrictEqual } from 'node:util';
import type { Clock, Timer } from '../base/clock.js';
import { asPathManagerError } from '../base/errors.js';
import type { PathManagerError } from '../base/errors.js';
import { LiveAttribute } from '../base/live-attribute.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import { fcHost, fcHostOf, fcRemotePort, fcRemotePortNames } from '../sysfs/transport.js';
import type { FcHost, FcRemotePort } from '../sysfs/transport.js';
import { hasRole, isDropped, remotePortOf } from './remote-port-facts.js';
import type { RemotePort } from './remote-port.js';

/** What becomes of the ports. */
export interface RemotePortsListener {
  /** A port is new, or any fact of it has changed. */
  onPort(port: RemotePort): void;
  /** After `onPort`: I/O can go there again. `came`: it is new, or the kernel had dropped its disks. */
  onUsable(port: RemotePort, came: boolean): void;
  onRemoved(name: string): void;
  /** Ports that are usable for a pass by now; every few seconds: all that are usable. */
  onSettled(names: readonly string[]): void;
  onTrouble(error: PathManagerError): void;
}

export interface RemotePortsOptions {
  readonly sysfs: Sysfs;
  readonly clock: Clock;
}

/**
 * Some drivers tell of a lost port by netlink, others (libfc) do not; the kernel gives no event of its own, and its
 * attributes cannot be waited on. A pass reads one attribute a port, whatever number of paths the port carries: about 2 µs
 * each on a common server, 4 µs with its share of what is read every few seconds, so 0.1 % of a CPU for 32 ports.
 */
const SAMPLE_MS = 100;
/** Passes until everything is read again: what an operator sets by hand gives no event. */
const PASSES_A_REFRESH = 50;
/** After a trouble of ours, which the next pass would meet again. */
const RETRY_MS = 1000;

/** What fcRemotePort gives for an attribute that cannot be read. */
const UNREADABLE = { port_state: 'Unknown', roles: '' } as const;

/** A port in sysfs. */
interface Entry {
  /** Null while it is no target. */
  readonly port: RemotePort | null;
  /** Which attribute tells of the next change, and what it read; null for a port that has other roles than ours. */
  readonly watched: {
    readonly name: 'port_state' | 'roles';
    readonly text: string;
    readonly live: LiveAttribute;
  } | null;
  /** The kernel has dropped its disks, and it has not been usable since. */
  readonly isDropped: boolean;
}

export class RemotePorts {
  readonly #options: RemotePortsOptions;
  readonly #listener: RemotePortsListener;
  readonly #entries = new Map<string, Entry>();
  /** Ports to read in the next turn. */
  readonly #due = new Set<string>();
  /** Ports that have become usable since the last pass. */
  #fresh = new Set<string>();
  #dueTimer: Timer | null = null;
  #passTimer: Timer | null = null;
  #passes = 0;
  #open = false;

  constructor(options: RemotePortsOptions, listener: RemotePortsListener) {
    this.#options = options;
    this.#listener = listener;
  }

  open(): void {
    this.#open = true;
  }

  close(): void {
    this.#open = false;
    this.#passTimer?.cancel();
    this.#dueTimer?.cancel();
    for (const { watched } of this.#entries.values()) watched?.live.close();
    this.#entries.clear();
  }

  /** All targets. */
  list(): readonly RemotePort[] {
    return [...this.#entries.values()].flatMap(({ port }) => (port === null ? [] : [port]));
  }

  /**
   * Reads all ports, or those of a host; tells the differences.
   * @throws PathManagerError SYSCALL where we cannot read
   */
  look(host: string | null = null): void {
    const present = new Set(fcRemotePortNames(this.#options.sysfs));
    for (const name of [...this.#entries.keys()]) if (!present.has(name)) this.drop(name);
    const hosts = new Map<string, FcHost | null>();
    for (const name of present) {
      if (!this.#open) return;
      if (host === null || fcHostOf(name) === host) this.#read(name, hosts);
    }
    this.#arm(SAMPLE_MS);
  }

  /** Reads the ports of a host now; what cannot be read is told as trouble and tried again. */
  lookAtHost(host: string): void {
    this.#arm(this.#attempt(() => this.look(host)) ? SAMPLE_MS : RETRY_MS);
  }

  /** Reads one port in a later turn. */
  recheck(name: string): void {
    if (!this.#open) return;
    this.#due.add(name);
    this.#dueTimer ??= this.#options.clock.after('remote ports', 0, () => this.#recheckDue());
  }

  /** The kernel has removed it. */
  drop(name: string): void {
    const entry = this.#entries.get(name);
    entry?.watched?.live.close();
    this.#entries.delete(name);
    if (entry?.port) this.#listener.onRemoved(name);
  }

  #recheckDue(): void {
    this.#dueTimer = null;
    const names = [...this.#due];
    this.#due.clear();
    const failed = names.filter((name) => this.#open && !this.#attempt(() => this.#read(name)));
    this.#arm(failed.length === 0 ? SAMPLE_MS : RETRY_MS);
  }

  #read(name: string, hosts = new Map<string, FcHost | null>()): void {
    const { sysfs } = this.#options;
    const host = fcHostOf(name);
    const facts = host === null ? null : fcRemotePort(sysfs, name);
    if (host === null || facts === null) {
      this.drop(name);
      return;
    }
    if (!hosts.has(host)) hosts.set(host, fcHost(sysfs, host));
    const before = this.#entries.get(name) ?? null;
    const wasTarget = before !== null && before.port !== null;
    const port = remotePortOf(name, facts, { name: host, facts: hosts.get(host) ?? null }, wasTarget);
    this.#take(name, facts, before, port);
  }

  #take(name: string, facts: FcRemotePort, before: Entry | null, port: RemotePort | null): void {
    const known = before?.port ?? null;
    this.#entries.set(name, {
      port,
      watched: this.#watch(name, facts, port, before?.watched ?? null),
      isDropped: !isUsable(port) && (isDropped(facts) || before?.isDropped === true),
    });
    if (port === null && known !== null) this.#listener.onRemoved(name);
    if (port === null || isDeepStrictEqual(port, known)) return;
    this.#listener.onPort(port);
    if (!isUsable(port) || isUsable(known)) return;
    this.#fresh.add(name);
    this.#listener.onUsable(port, known === null || before?.isDropped === true);
  }

  /**
   * A port logs in without a role and gets it later, without an event (fc_remote_port_rolechg): until then it is the role
   * that changes. One that has other roles is read with the rest only.
   */
  #watch(name: string, facts: FcRemotePort, port: RemotePort | null, before: Entry['watched']): Entry['watched'] {
    const attribute = hasRole(facts) ? 'port_state' : 'roles';
    const text = hasRole(facts) ? facts.portState : facts.roles;
    const isWatched = port !== null || !hasRole(facts);
    if (isWatched && before?.name === attribute) return { ...before, text };
    before?.live.close();
    if (!isWatched) return null;
    const path = `${this.#options.sysfs.root}/class/fc_remote_ports/${name}/${attribute}`;
    return { name: attribute, text, live: new LiveAttribute(path) };
  }

  /** One timer for all ports, none where no port can change. */
  #arm(delay: number): void {
    if (this.#passTimer !== null) return;
    if (![...this.#entries.values()].some(({ watched }) => watched !== null)) return;
    this.#passTimer = this.#options.clock.after('states of remote ports', delay, () => this.#pass());
  }

  #pass(): void {
    this.#passTimer = null;
    this.#passes = (this.#passes + 1) % PASSES_A_REFRESH;
    const isRefresh = this.#passes === 0;
    const settled = isRefresh ? new Set(this.#entries.keys()) : this.#fresh;
    this.#fresh = new Set();
    const isRead = isRefresh ? this.#attempt(() => this.look()) : this.#sample();
    const usable = [...settled].filter((name) => isUsable(this.#entries.get(name)?.port ?? null));
    if (usable.length > 0) this.#listener.onSettled(usable);
    this.#arm(isRead ? SAMPLE_MS : RETRY_MS);
  }

  /** Reads one attribute of each port, the others only where that has changed. False where that did not work. */
  #sample(): boolean {
    let isRead = true;
    for (const [name, { watched }] of this.#entries) {
      if (watched === null || (watched.live.text() ?? UNREADABLE[watched.name]) === watched.text) continue;
      isRead = this.#attempt(() => this.#read(name)) && isRead;
    }
    return isRead;
  }

  /** False where it threw; told as trouble. */
  #attempt(run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      this.#listener.onTrouble(asPathManagerError(error));
      return false;
    }
  }
}

function isUsable(port: RemotePort | null): boolean {
  return port !== null && port.state !== 'lost';
}
