/** The port Devices over src/discovery. */
import type { Clock } from '../base/clock.js';
import type { PathManagerError } from '../base/errors.js';
import type { DevT } from '../base/ids.js';
import type { DiscoveryInput } from '../discovery/inputs.js';
import { Discovery } from '../discovery/sources.js';
import type { FcEventPort } from '../netlink/fc-event-socket.js';
import type { UeventPort } from '../netlink/uevent-socket.js';
import type { GracePeriods } from '../sysfs/grace-periods.js';
import { Sysfs } from '../sysfs/sysfs.js';
import { emptyDisk } from './empty-disk.js';
import type { DeviceInput, Devices } from './ports.js';

/** Where the kernel's events come from. */
export interface EventSources {
  readonly uevents: UeventPort;
  readonly fcEvents: FcEventPort;
}

export class SysfsDevices implements Devices {
  readonly #clock: Clock;
  readonly #sources: EventSources;
  readonly #onTrouble: (error: PathManagerError) => void;
  readonly #sysfs: Sysfs;
  readonly #gracePeriods: GracePeriods | null;
  #discovery: Discovery | null = null;

  /** @param gracePeriods expedited where a port is lost; null: never */
  constructor(
    clock: Clock,
    sources: EventSources,
    onTrouble: (error: PathManagerError) => void,
    gracePeriods: GracePeriods | null = null,
    sysfs = new Sysfs(),
  ) {
    this.#sysfs = sysfs;
    this.#gracePeriods = gracePeriods;
    this.#clock = clock;
    this.#sources = sources;
    this.#onTrouble = onTrouble;
  }

  start(onInput: (input: DeviceInput) => void): void {
    this.#discovery = new Discovery({
      sysfs: this.#sysfs,
      clock: this.#clock,
      ...this.#sources,
      onTrouble: this.#onTrouble,
      onInput: (input) => {
        if (input.kind === 'port' && input.port.state === 'lost') this.#gracePeriods?.expedite();
        const told = translate(this.#sysfs, input);
        if (told !== null) onInput(told);
      },
    });
    this.#discovery.start();
  }

  rescan(): void {
    this.#discovery?.rescan();
  }

  recheckPort(name: string): void {
    this.#discovery?.recheckPort(name);
  }

  isEmpty(devT: DevT): boolean {
    return this.#sysfs.number(`dev/block/${devT}/size`) === 0;
  }

  close(): void {
    this.#discovery?.close();
    this.#gracePeriods?.close();
  }
}

/** Of the disks that are skipped those alone concern us that may be paths as soon as they have a size. */
function translate(sysfs: Sysfs, input: DiscoveryInput): DeviceInput | null {
  switch (input.kind) {
    case 'path-present':
      return { kind: 'present', facts: input.facts };
    case 'path-gone':
      return { ...input, kind: 'gone' };
    case 'rescanned':
      return { kind: 'all', facts: input.facts, ports: input.ports };
    case 'port':
    case 'port-removed':
    case 'fabric-notice':
      return input;
    case 'overrun':
      return { kind: 'overrun' };
    case 'storage-changed':
      return { kind: 'storage-changed', scope: input.scope };
    case 'path-skipped': {
      const disk = emptyDisk(sysfs, input);
      return disk === null ? null : { kind: 'empty', disk };
    }
  }
}
