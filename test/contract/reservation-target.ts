/** What a target does with persistent reservations, as our orders rely on it: one suite for the fake one and for a real one. */
import { expect } from 'chai';
import type { Clock } from '../../src/base/clock.js';
import { pathKey, wwid } from '../../src/base/ids.js';
import { reservationKey, type ReservationType } from '../../src/base/reservation.js';
import type { ReservationAction, ReservationAnswer, ReservationStatus } from '../../src/model/reservations/types.js';
import type { ReservationCommand } from '../../src/scsi/reservations/cdb.js';
import { testUnitReady } from '../../src/scsi/cdb.js';
import { askReservation, sendReservation } from '../../src/scsi/reservations/commands.js';
import { carryOut } from '../../src/services/watcher/reservations/carry-out.js';
import { PathReservations } from '../../src/services/watcher/reservations/path-access.js';
import type { CommandSender } from '../../src/scsi/question.js';

/** This node's nexuses, and another node's. */
export const ownNexuses = ['i1:t1', 'i1:t2', 'i2:t1', 'i2:t2'] as const;
export const peerNexuses = ['i9:t1', 'i9:t2'] as const;
type Nexus = (typeof ownNexuses)[number] | (typeof peerNexuses)[number];

/** What an outsider reads of the target. */
export interface Truth {
  readonly keys: readonly string[];
  readonly reservation: { readonly key: string; readonly type: string } | null;
}

/** A target without registrations and unit attentions. */
export interface TargetHarness {
  readonly clock: Clock;
  sender(nexus: string): CommandSender & { readonly outstanding: number };
  pull(nexus: Nexus): Promise<void> | void;
  plug(nexus: Nexus): Promise<void> | void;
  /**
   * Whether it can do PREEMPT AND ABORT. LIO of Linux 6.1 never ends that one, nor any later command, where the fabric queues
   * its commands, as tcm_loop does: it is carried out by the worker for whose work it waits (target_core_tmr.c,
   * core_tmr_lun_reset; target_core_transport.c, target_queued_submit_work).
   */
  readonly aborts: boolean;
  /** By another program than ours; null where there is none. */
  truth(): Truth | null;
  close(): Promise<void>;
}

const ours = reservationKey('0123456789abcdef');
const theirs = reservationKey('beefbeef');
const shared = 'write-exclusive-registrants-only';
const byAll = 'exclusive-access-all-registrants';

export function describeReservationTarget(name: string, make: () => Promise<TargetHarness>, skip?: string): void {
  describe(name, () => {
    let target: TargetHarness;
    beforeEach(async function () {
      if (skip !== undefined) this.skip();
      target = await make();
    });
    afterEach(async () => {
      if (skip === undefined) await target.close();
    });

    const send = async (nexus: Nexus, command: ReservationCommand) =>
      (await sendReservation(target.sender(nexus), target.clock, command, { timeoutMs: 5000 })).end;
    const register = (nexus: Nexus, key = ours) => send(nexus, { action: 'register', key: null, other: key });
    const keys = async (nexus: Nexus = 'i9:t2') =>
      (await askReservation(target.sender(nexus), target.clock, 'read-keys', { timeoutMs: 5000 })).value?.keys;
    const held = async () =>
      (await askReservation(target.sender('i9:t2'), target.clock, 'read-reservation', { timeoutMs: 5000 })).value
        ?.reservation;
    const attention = async (nexus: Nexus) =>
      (await target.sender(nexus).submit(testUnitReady(), { timeoutMs: 5000 })).outcome === 'unit-attention';
    const registerAll = async () => {
      for (const nexus of ownNexuses) expect(await register(nexus)).to.equal('done');
      expect(await register('i9:t1', theirs)).to.equal('done');
    };
    const order = (action: ReservationAction, unusable: readonly string[] = [], first: Nexus = ownNexuses[0]) => {
      const names = [first, ...ownNexuses.filter((each) => each !== first)];
      const paths = names.map((nexus) => {
        return { key: pathKey(nexus, 't', 0), number: nexus, sg: nexus, usable: !unusable.includes(nexus) };
      });
      const channels = { open: (node: string | null) => target.sender(node ?? ''), keepOnly: () => undefined };
      const access = new PathReservations(channels, target.clock);
      const unit = wwid('360014050000000000000000000000001');
      return carryOut({ id: 'order', wwid: unit, paths, action }, access, target.clock);
    };
    const orderedRegister = (fields: { persist?: boolean; allTargetPorts?: boolean } = {}) => ({
      ...({ kind: 'register', key: ours, previous: null, ignoreExisting: false } as const),
      ...{ persist: false, allTargetPorts: false, ...fields },
    });
    const results = ({ paths }: ReservationAnswer) => paths.map(({ result }) => result);
    /** Reads by an order, and holds what another program sees against it. */
    const status = async (): Promise<ReservationStatus> => {
      const answer = await order({ kind: 'read' });
      if (answer.status === null) throw new Error(answer.error?.message);
      const truth = target.truth();
      if (truth !== null) {
        expect(answer.status.keys).to.have.members(truth.keys);
        const { reservation } = answer.status;
        expect(
          reservation === null ? null : { ...reservation, key: reservation.key ?? `0x${'0'.repeat(16)}` },
        ).to.deep.equal(truth.reservation);
      }
      return answer.status;
    };

    it('has nobody registered at first', async () => {
      expect([await keys(), await held()]).to.deep.equal([[], null]);
    });

    it('registers each nexus by itself, and counts', async () => {
      const before = (await status()).generation;
      await registerAll();
      expect(await keys()).to.have.members([ours, ours, ours, ours, theirs]);
      expect((await status()).generation).to.equal(before + 5);
    });

    it('registers over another key only with that key, or where it is told to ignore it', async () => {
      await register('i1:t1', theirs);
      expect(await register('i1:t1')).to.equal('conflict');
      expect(await send('i1:t1', { action: 'register', key: ours, other: ours })).to.equal('conflict');
      expect(await keys()).to.deep.equal([theirs]);
      expect(await send('i1:t1', { action: 'register', key: theirs, other: ours })).to.equal('done');
      expect(await send('i1:t1', { action: 'register', key: ours, other: ours })).to.equal('done');
      expect(await send('i1:t1', { action: 'register-and-ignore', key: null, other: theirs })).to.equal('done');
      expect(await keys()).to.deep.equal([theirs]);
    });

    it('unregisters with the key alone', async () => {
      await register('i1:t1');
      expect(await send('i1:t1', { action: 'register', key: theirs, other: null })).to.equal('conflict');
      expect(await send('i1:t1', { action: 'register', key: ours, other: null })).to.equal('done');
      expect(await send('i1:t1', { action: 'register', key: ours, other: null })).to.equal('conflict');
      expect(await keys()).to.deep.equal([]);
    });

    for (const type of [
      'write-exclusive',
      'exclusive-access',
      shared,
      'exclusive-access-registrants-only',
      'write-exclusive-all-registrants',
      byAll,
    ] as const satisfies readonly ReservationType[]) {
      it(`reserves and releases ${type}`, async () => {
        await registerAll();
        const key = type.includes('all-registrants') ? null : ours;
        expect(await send('i1:t1', { action: 'reserve', key: ours, type })).to.equal('done');
        expect(await held()).to.deep.equal({ key, type });
        expect(await send('i1:t1', { action: 'reserve', key: ours, type })).to.equal('done');
        expect(await send('i1:t2', { action: 'reserve', key: ours, type })).to.equal(
          key === null ? 'done' : 'conflict',
        );
        const other = type === shared ? byAll : shared;
        expect(await send('i1:t1', { action: 'reserve', key: ours, type: other })).to.equal('conflict');
        expect((await status()).registrants?.filter(({ holder }) => holder)).to.have.length(key === null ? 5 : 1);
        expect(await send('i1:t1', { action: 'release', key: ours, type })).to.equal('done');
        expect(await held()).to.equal(null);
      });
    }

    it('refuses a reservation by whoever is not registered', async () => {
      // A conflict by the standard; LIO has a failure of its own for it (target_core_pr.c, core_scsi3_pro_reserve).
      expect(await send('i1:t1', { action: 'reserve', key: ours, type: shared })).to.be.oneOf(['conflict', 'unknown']);
      expect(await send('i1:t1', { action: 'release', key: ours, type: shared })).to.be.oneOf(['conflict', 'unknown']);
      expect(await held()).to.equal(null);
      const { error } = await order({ kind: 'reserve', key: ours, type: shared });
      expect(error?.code).to.equal('KEY_TAKEN_AWAY');
    });

    it('lets nobody but the holder release, and says that it is well', async () => {
      await registerAll();
      await send('i1:t1', { action: 'reserve', key: ours, type: shared });
      expect(await send('i1:t2', { action: 'release', key: ours, type: shared })).to.equal('done');
      expect(await send('i9:t1', { action: 'release', key: theirs, type: shared })).to.equal('done');
      expect(await send('i1:t1', { action: 'release', key: ours, type: byAll })).not.to.equal('done');
      expect(await held()).to.deep.equal({ key: ours, type: shared });
    });

    it('lets every registrant release what all hold', async () => {
      await registerAll();
      await send('i1:t1', { action: 'reserve', key: ours, type: byAll });
      expect(await send('i2:t2', { action: 'release', key: ours, type: byAll })).to.equal('done');
      expect(await held()).to.equal(null);
    });

    it('ends a reservation with the registration of its holder', async () => {
      await registerAll();
      await send('i1:t1', { action: 'reserve', key: ours, type: shared });
      await send('i1:t1', { action: 'register', key: ours, other: null });
      expect(await held()).to.equal(null);
    });

    it('takes all registrations of a key away, with the reservation, and tells each nexus once', async () => {
      await registerAll();
      await send('i1:t1', { action: 'reserve', key: ours, type: shared });
      expect(await send('i9:t1', { action: 'preempt', key: theirs, other: ours, type: shared })).to.equal('done');
      expect([await keys(), await held()]).to.deep.equal([[theirs], { key: theirs, type: shared }]);
      for (const nexus of ownNexuses) {
        expect([await attention(nexus), await attention(nexus)], nexus).to.deep.equal([true, false]);
      }
      expect(await attention('i9:t1')).to.equal(false);
      expect(await send('i1:t1', { action: 'reserve', key: ours, type: shared })).to.equal('conflict');
    });

    it('refuses to take away what is not there', async () => {
      await registerAll();
      const other = reservationKey('dd');
      expect(await send('i1:t1', { action: 'preempt', key: ours, other, type: shared })).to.equal('conflict');
      expect(await send('i1:t1', { action: 'preempt', key: ours, other: null, type: shared })).to.equal('rejected');
    });

    it('takes all others away where all hold the reservation', async () => {
      await registerAll();
      await send('i9:t1', { action: 'reserve', key: theirs, type: byAll });
      expect(await send('i1:t1', { action: 'preempt', key: ours, other: null, type: shared })).to.equal('done');
      expect([await keys(), await held()]).to.deep.equal([[ours], { key: ours, type: shared }]);
    });

    it('takes the own key away from all, the sender too, where it holds nothing', async () => {
      await registerAll();
      expect(await send('i1:t1', { action: 'preempt', key: ours, other: ours, type: shared })).to.equal('done');
      expect(await keys()).to.deep.equal([theirs]);
    });

    it('moves the reservation to the sender where it was held with the own key', async () => {
      await registerAll();
      await send('i2:t2', { action: 'reserve', key: ours, type: shared });
      expect(await send('i1:t1', { action: 'preempt', key: ours, other: ours, type: shared })).to.equal('done');
      expect(await keys()).to.have.members([ours, theirs]);
      expect(await send('i1:t1', { action: 'release', key: ours, type: shared })).to.equal('done');
      expect(await held()).to.equal(null);
    });

    it('clears everything for whoever is registered', async () => {
      await registerAll();
      await send('i9:t1', { action: 'reserve', key: theirs, type: shared });
      expect(await send('i1:t1', { action: 'clear', key: ours })).to.equal('done');
      expect([await keys(), await held()]).to.deep.equal([[], null]);
      expect(await attention('i9:t1')).to.equal(true);
      expect(await attention('i1:t1')).to.equal(false);
    });

    it('keeps registrations over a loss of power as the last registration wants it', async () => {
      const active = async () => (await status()).capabilities?.persistActive;
      expect((await order(orderedRegister({ persist: true }))).error).to.equal(null);
      expect(await active()).to.equal(true);
      await register('i9:t1', theirs);
      expect(await active()).to.equal(false);
    });

    describe('under our orders', () => {
      it('registers on all paths and on none', async () => {
        expect(results(await order(orderedRegister()))).to.deep.equal(Array(4).fill('registered'));
        expect((await order({ kind: 'unregister', key: ours })).error).to.equal(null);
        await register('i2:t1', theirs);
        expect((await order(orderedRegister())).error?.code).to.equal('RESERVATION_CONFLICT');
        expect((await status()).keys).to.deep.equal([theirs]);
      });

      it('registers for all target ports and takes that off again', async () => {
        expect((await order(orderedRegister({ allTargetPorts: true }))).error).to.equal(null);
        expect((await status()).registrants?.every(({ targetPort }) => targetPort === null)).to.equal(true);
        expect((await order({ kind: 'unregister', key: ours })).error).to.equal(null);
        expect((await status()).keys).to.deep.equal([]);
      });

      it('unregisters a path that is down', async () => {
        await registerAll();
        await order({ kind: 'reserve', key: ours, type: shared });
        await target.pull('i1:t1');
        const answer = await order({ kind: 'unregister', key: ours }, ['i1:t1']);
        await target.plug('i1:t1');
        expect([answer.error, results(answer)]).to.deep.equal([null, Array(4).fill('unregistered')]);
        expect((await status()).keys).to.deep.equal([theirs]);
      });

      it('releases what a path holds that is down', async () => {
        await registerAll();
        await order({ kind: 'reserve', key: ours, type: shared });
        expect((await status()).reservation).to.deep.equal({ key: ours, type: shared });
        await target.pull('i1:t1');
        const answer = await order({ kind: 'release', key: ours, type: shared }, ['i1:t1']);
        await target.plug('i1:t1');
        expect(answer.error).to.equal(null);
        const { reservation, keys: left } = await status();
        expect(reservation).to.equal(null);
        expect(left).to.have.members([ours, ours, ours, theirs]);
      });

      it('registers a path that returns, and none when the key was taken away', async () => {
        await registerAll();
        await target.pull('i2:t2');
        await send('i1:t1', { action: 'clear', key: ours });
        expect((await order(orderedRegister(), ['i2:t2'])).error).to.equal(null);
        await target.plug('i2:t2');
        const join = { kind: 'join', key: ours, persist: false, allTargetPorts: false } as const;
        expect(results(await order(join, ['i2:t2'], 'i2:t2'))).to.deep.equal(['registered']);
        expect((await status()).keys).to.have.length(4);
        await register('i9:t1', theirs);
        await send('i9:t1', { action: 'preempt', key: theirs, other: ours, type: shared });
        expect(results(await order(join, ['i2:t2'], 'i2:t2'))).to.deep.equal(['taken-away']);
        expect((await status()).keys).to.deep.equal([theirs]);
      });

      it('preempts and clears', async () => {
        await registerAll();
        await send('i9:t1', { action: 'reserve', key: theirs, type: shared });
        const preempt = { kind: 'preempt', key: ours, type: shared, victim: theirs } as const;
        expect((await order({ kind: 'reserve', key: ours, type: shared })).error?.code).to.equal(
          'RESERVATION_CONFLICT',
        );
        expect((await order({ ...preempt, abort: false })).error).to.equal(null);
        expect((await status()).reservation).to.deep.equal({ key: ours, type: shared });
        await register('i9:t1', theirs);
        expect((await order({ ...preempt, abort: target.aborts })).error).to.equal(null);
        expect((await status()).keys).not.to.include(theirs);
        expect((await order({ kind: 'clear', key: ours })).error).to.equal(null);
        expect((await order({ kind: 'clear', key: ours })).error?.code).to.equal('KEY_TAKEN_AWAY');
        expect((await status()).keys).to.deep.equal([]);
      });
    });
  });
}
