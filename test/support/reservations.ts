/** Answers to what is asked of reservations, with everything filled in. */
import { wwid } from '../../src/base/ids.js';
import { reservationKey } from '../../src/base/reservation.js';
import type { ReservationStatus, ReservationView } from '../../src/model/reservations/types.js';

export const ownKey = reservationKey('1a');
export const otherKey = reservationKey('0xABCDEF0123456789');

/** Two nodes with two paths each; this one holds the reservation. */
export function reservationStatus(fields: Partial<ReservationStatus> = {}): ReservationStatus {
  return {
    generation: 6,
    keys: [ownKey, otherKey, ownKey, otherKey],
    reservation: { key: ownKey, type: 'write-exclusive-registrants-only' },
    capabilities: {
      persistCapable: true,
      persistActive: false,
      allTargetPorts: true,
      otherInitiators: true,
      compatibleReserve: true,
      types: ['write-exclusive', 'write-exclusive-registrants-only', 'exclusive-access-all-registrants'],
    },
    registrants: [
      { key: ownKey, holder: true, allTargetPorts: false, targetPort: 1, initiator: 'fc 0x10000090fa534e31' },
      { key: otherKey, holder: false, allTargetPorts: true, targetPort: null, initiator: 'sas 0x5000c50012345678' },
      {
        key: otherKey,
        holder: false,
        allTargetPorts: false,
        targetPort: 2,
        initiator: 'iscsi iqn.2026-11.net.example:beta,i,0x00023d000001',
      },
    ],
    ...fields,
  };
}

/** The answer for logical unit 0 as `threeUnits` has it. */
export function reservationView(fields: Partial<ReservationView> = {}): ReservationView {
  return {
    wwid: wwid('3600000e00d0000000001000000010000'),
    number: 0,
    name: 'lu0',
    key: ownKey,
    paths: [],
    status: null,
    ...fields,
  };
}
