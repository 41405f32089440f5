/** A logical unit with four paths to a fake target, and orders that are carried out on it. */
import { pathKey, wwid } from '../../../../src/base/ids.js';
import { reservationKey } from '../../../../src/base/reservation.js';
import type { OrderPath, ReservationAction, ReservationAnswer } from '../../../../src/model/reservations/types.js';
import { carryOut } from '../../../../src/services/watcher/reservations/carry-out.js';
import { PathReservations } from '../../../../src/services/watcher/reservations/path-access.js';
import { FakeClock, settle } from '../../../support/fake-clock.js';
import { FakeTarget } from '../../../support/fake-target.js';

export const ours = reservationKey('aa');
export const theirs = reservationKey('bb');
export const older = reservationKey('a0');

/** The node's paths, by the nexus of each. */
export const nexuses = ['i1:t1', 'i1:t2', 'i2:t1', 'i2:t2'] as const;
type Nexus = (typeof nexuses)[number];
/** The other node's. */
export const peer = 'i9:t1';

export class ReservationScene {
  readonly clock = new FakeClock();
  readonly target = new FakeTarget(this.clock);
  /** Paths that are out of service. */
  readonly unusable = new Set<string>();
  readonly gone = new Set<string>();
  readonly access = new PathReservations(
    {
      open: (node) => (node === null || this.gone.has(node) ? null : this.target.nexus(node)),
      keepOnly: () => undefined,
    },
    this.clock,
  );
  #orders = 0;

  /** Registers paths without anybody being asked. */
  registered(key = ours, names: readonly string[] = nexuses): this {
    for (const nexus of names) this.target.registrations.push({ nexus, key, allTargetPorts: false });
    this.target.generation += names.length;
    return this;
  }

  path(nexus: string): OrderPath {
    const [initiator = '', target = ''] = nexus.split(':');
    return { key: pathKey(initiator, target, 0), number: nexus, sg: nexus, usable: !this.unusable.has(nexus) };
  }

  /** Carries an order out and moves the clock until it is answered. @param names the paths, in the order of the order */
  async order(action: ReservationAction, names: readonly string[] = nexuses): Promise<ReservationAnswer> {
    this.#orders += 1;
    const paths = names.map((nexus) => this.path(nexus));
    const id = `order-${this.#orders}`;
    const order = { id, wwid: wwid('360014050000000000000000000000001'), paths, action };
    let isOver = false;
    const work = carryOut(order, this.access, this.clock).finally(() => (isOver = true));
    await settle();
    while (!hasEnded()) await this.clock.advance(10);
    return work;

    function hasEnded(): boolean {
      return isOver;
    }
  }

  join(nexus: Nexus, flags: { persist?: boolean; allTargetPorts?: boolean } = {}): Promise<ReservationAnswer> {
    const { persist = false, allTargetPorts = false } = flags;
    const names = [nexus, ...nexuses.filter((each) => each !== nexus)];
    return this.order({ kind: 'join', key: ours, persist, allTargetPorts }, names);
  }

  register(fields: Partial<Extract<ReservationAction, { kind: 'register' }>> = {}): Promise<ReservationAnswer> {
    const action = { key: ours, previous: null, ignoreExisting: false, persist: false, allTargetPorts: false };
    return this.order({ kind: 'register', ...action, ...fields });
  }
}

/** "i1:t1 registered" for each path. */
export function results(answer: ReservationAnswer): readonly string[] {
  return answer.paths.map(({ key, result }) => `${key.split('|', 2).join(':')} ${result}`);
}

export const all = (result: string): readonly string[] => nexuses.map((nexus) => `${nexus} ${result}`);
