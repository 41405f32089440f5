/** Small doubles of which a machine is made. */
import type { DevT, PathKey, Wwid } from '../../src/base/ids.js';
import type { DeviceInput, Devices, Prober, Store } from '../../src/controller/ports.js';
import type { PathFacts } from '../../src/discovery/facts.js';
import type { RemotePort } from '../../src/discovery/remote-port.js';
import type { SavedState } from '../../src/model/types.js';

export class MemoryStore implements Store {
  saved: SavedState | null = null;
  failing = false;
  hanging = false;

  load(): { saved: SavedState | null; damage: null } {
    return { saved: this.saved, damage: null };
  }

  save(state: SavedState): Promise<void> {
    if (this.failing) return Promise.reject(new Error('disk full'));
    if (this.hanging) return new Promise(() => undefined);
    this.saved = state;
    return Promise.resolve();
  }
}

export class FakeDevices implements Devices {
  readonly facts = new Map<DevT, PathFacts>();
  readonly ports = new Map<string, RemotePort>();
  /** Disks that the kernel takes for empty. */
  readonly empty = new Set<DevT>();
  tell: (input: DeviceInput) => void = () => undefined;

  start(onInput: (input: DeviceInput) => void): void {
    this.tell = onInput;
    this.rescan();
  }

  rescan(): void {
    this.tell({ kind: 'all', facts: [...this.facts.values()], ports: [...this.ports.values()] });
  }

  recheckPort(name: string): void {
    queueMicrotask(() => {
      const port = this.ports.get(name);
      if (port !== undefined) this.tell({ kind: 'port', port });
    });
  }

  isEmpty(devT: DevT): boolean {
    return this.empty.has(devT);
  }

  close(): void {
    this.tell = () => undefined;
  }
}

export class FakeProber implements Prober {
  connected = true;
  readonly asked: { wwid: Wwid; key: PathKey; reason: string }[] = [];

  request(probe: { wwid: Wwid; key: PathKey; reason: string }): void {
    this.asked.push(probe);
  }
}
