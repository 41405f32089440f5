/** LIO's persistent reservations, for the contract suite. Runs in the lab only. */
import { mkdirSync, readdirSync } from 'node:fs';
import { systemClock } from '../../src/base/clock.js';
import { reservationKey } from '../../src/base/reservation.js';
import { Poller } from '../../src/ffi/poller.js';
import { testUnitReady } from '../../src/scsi/cdb.js';
import { sendReservation } from '../../src/scsi/reservations/commands.js';
import { SgChannel } from '../../src/scsi/sg-channel.js';
import { LabArray } from '../lab/inside/array.js';
import { readKeys, readReservation } from '../lab/inside/cluster/sg-persist.js';
import { plug, pull } from '../lab/inside/faults.js';
import { ownNexuses, peerNexuses, type TargetHarness } from './reservation-target.js';

const LUN = 'reserved';
const nexuses: readonly string[] = [...ownNexuses, ...peerNexuses];
/** Where LIO keeps registrations over a loss of power (target_core_pr.c, __core_scsi3_write_aptpl_to_file). */
const KEPT = '/var/target/pr';

/** Two ports of this node on each of two hosts, and a host of another node with two. */
export async function buildLio(): Promise<LabArray> {
  mkdirSync(KEPT, { recursive: true });
  return LabArray.create({ ports: 6, fabrics: 3, luns: [{ name: LUN, sizeMb: 8, serial: '00001501' }] });
}

/** A harness of an array without registrations. */
export async function lioTarget(array: LabArray): Promise<TargetHarness> {
  const poller = new Poller();
  const nodes = nexuses.map((_nexus, port) => {
    const [node = ''] = readdirSync(`/sys/class/scsi_device/${array.hctl(LUN, port)}/device/scsi_generic`);
    return `/dev/${node}`;
  });
  const channels = new Map(
    nexuses.map((nexus, port) => [nexus, SgChannel.open(nodes[port] ?? '', { poller, clock: systemClock })]),
  );
  const sender = (nexus: string): SgChannel => {
    const channel = channels.get(nexus);
    if (channel === undefined) throw new Error(`There is no nexus "${nexus}"`);
    return channel;
  };
  const last = sender('i9:t2');
  const key = reservationKey('1');
  const options = { timeoutMs: 5000 };
  await sendReservation(last, systemClock, { action: 'register-and-ignore', key: null, other: key }, options);
  await sendReservation(last, systemClock, { action: 'clear', key }, options);
  for (const channel of channels.values()) {
    while ((await channel.submit(testUnitReady(), options)).outcome === 'unit-attention') {
      // Each tells of one thing that has happened.
    }
  }
  return {
    clock: systemClock,
    sender,
    pull: (nexus) => pull(array, nexuses.indexOf(nexus)),
    plug: (nexus) => plug(array, nexuses.indexOf(nexus)),
    aborts: false,
    truth: () => {
      const device = nodes.at(-1) ?? '';
      return { keys: readKeys(device), reservation: readReservation(device) };
    },
    close: async () => {
      for (const channel of channels.values()) channel.close();
      await poller.close();
    },
  };
}
