/** One Discovery over a scene, a clock and uevents that the test moves, and what it told. */

import type { PathManagerError } from '../../../src/base/errors.js';
import type { DiscoveryInput } from '../../../src/discovery/inputs.js';
import { Discovery } from '../../../src/discovery/sources.js';
import type { DiscoveryOptions } from '../../../src/discovery/sources.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeFcEvents } from '../../support/fake-fc-events.js';
import { FakeUevents } from '../../support/fake-uevents.js';
import { page83, SysfsScene } from '../../support/sysfs-scene.js';
import type { SceneDisk } from '../../support/sysfs-scene.js';

export const UNIT = '60013780000000000000000000000001';
export const OTHER = '60013780000000000000000000000002';
export const sda: SceneDisk = { node: 'sda', number: '2:0:0:0', devT: '8:0', page83: page83(UNIT) };
export const sdb: SceneDisk = {
  ...sda,
  node: 'sdb',
  number: '3:0:0:0',
  devT: '8:16',
  parent: 'pci0000:00/0000:00:05.0',
};
/** Folders of sda. */
export const sdaDevice = 'devices/pci0000:00/0000:00:04.0/host2/target2:0:0/2:0:0:0';
export const sdaBlock = `${sdaDevice}/block/sda`;

export class DiscoveryBench {
  readonly scene = new SysfsScene();
  readonly clock = new FakeClock();
  readonly uevents = new FakeUevents();
  readonly fcEvents = new FakeFcEvents();
  readonly inputs: DiscoveryInput[] = [];
  readonly troubles: PathManagerError[] = [];
  readonly options: DiscoveryOptions = {
    sysfs: this.scene.sysfs,
    procRoot: this.scene.procRoot,
    clock: this.clock,
    uevents: this.uevents,
    fcEvents: this.fcEvents,
    onInput: (input) => this.inputs.push(input),
    onTrouble: (error) => this.troubles.push(error),
  };
  readonly discovery = new Discovery(this.options);

  /** What was told since the last call, in a few words each. */
  told(): string[] {
    return this.inputs.splice(0).map(inWords);
  }

  /** Starts it with these disks and forgets the first `rescanned`. */
  async startWith(...disks: SceneDisk[]): Promise<void> {
    for (const disk of disks) this.scene.disk(disk);
    this.discovery.start();
    await this.clock.advance(0);
    this.told();
  }

  /** Disks of a large machine, each a path of its own. */
  manyDisks(count: number): SceneDisk[] {
    return Array.from({ length: count }, (_, index) => {
      const letters = [index % 26, Math.floor(index / 26)].map((letter) => String.fromCharCode(97 + letter)).join('');
      return { ...sda, node: `sd${letters}`, devT: `66:${index}`, number: `2:0:${index}:0` };
    });
  }

  end(): void {
    this.discovery.close();
    this.scene.cleanup();
  }
}

function inWords(input: DiscoveryInput): string {
  switch (input.kind) {
    case 'path-present':
      return `present ${input.facts.node} ${input.facts.wwid.slice(-1)}`;
    case 'path-gone':
      return `gone ${input.node} ${input.devT}${input.reason === 'removed' ? '' : ` ${input.from.slice(-1)} -> ${input.to.slice(-1)}`}`;
    case 'path-skipped':
      return `skipped ${input.node} ${input.reason}`;
    case 'rescanned':
      return `all ${input.facts.map(({ node }) => node).join(',')}`;
    case 'port':
      return `port ${input.port.name} ${input.port.state}`;
    case 'port-removed':
      return `port-removed ${input.name}`;
    case 'fabric-notice':
      return `${input.notice.kind} ${input.notice.host} ${input.notice.targetPort ?? '*'} ${input.notice.what}`;
    case 'storage-changed':
      return `changed ${input.scope} ${input.what}`;
    case 'overrun':
      return `overrun ${input.cause}`;
  }
}
