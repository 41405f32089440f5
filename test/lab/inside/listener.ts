import { expect } from 'chai';
import { systemClock } from '../../../src/base/clock.js';
import type { PathManagerError } from '../../../src/base/errors.js';
import type { DiscoveryInput } from '../../../src/discovery/inputs.js';
import { Discovery } from '../../../src/discovery/sources.js';
import { Poller } from '../../../src/ffi/poller.js';
import { FcEventSocket } from '../../../src/netlink/fc-event-socket.js';
import { UeventSocket } from '../../../src/netlink/uevent-socket.js';
import { Sysfs } from '../../../src/sysfs/sysfs.js';
import { until } from './until.js';

/** Discovery as the daemon runs it, with all that it told. */
export class Listener {
  readonly inputs: DiscoveryInput[] = [];
  readonly troubles: PathManagerError[] = [];
  readonly #poller = new Poller();
  readonly discovery: Discovery;

  constructor(receiveBytes?: number) {
    this.discovery = new Discovery({
      sysfs: new Sysfs(),
      clock: systemClock,
      uevents: new UeventSocket(this.#poller, receiveBytes),
      fcEvents: new FcEventSocket(this.#poller),
      onInput: (input) => this.inputs.push(input),
      onTrouble: (error) => this.troubles.push(error),
    });
    this.discovery.start();
  }

  /** The first input of a kind that fits, from the last `forget` on. */
  heard<Kind extends DiscoveryInput['kind']>(
    kind: Kind,
    fits: (input: Extract<DiscoveryInput, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<DiscoveryInput, { kind: Kind }>> {
    const isIt = (input: DiscoveryInput): input is Extract<DiscoveryInput, { kind: Kind }> =>
      input.kind === kind && fits(input as Extract<DiscoveryInput, { kind: Kind }>);
    return until(`discovery tells "${kind}"`, () => this.inputs.find(isIt), { found: () => this.inputs });
  }

  forget(): void {
    this.inputs.length = 0;
  }

  async close(): Promise<void> {
    this.discovery.close();
    await this.#poller.close();
    expect(this.troubles).to.deep.equal([]);
  }
}
