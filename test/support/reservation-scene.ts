/** A whole controller, a kernel, and an array that knows registrations: what the stories of reservations are played on. */
import { reservationKey } from '../../src/base/reservation.js';
import type { ReservationRequest, ReservationView } from '../../src/model/reservations/types.js';
import { Machine, pathFacts, unitA } from './machine.js';
import { ReservationArray } from './reservation-array.js';

export const [first, second, third] = [0, 1, 2].map((port) => pathFacts(unitA, port)) as [
  ReturnType<typeof pathFacts>,
  ReturnType<typeof pathFacts>,
  ReturnType<typeof pathFacts>,
];
export const own = reservationKey('0xa1');
export const other = reservationKey('0xb2');
export const wero = 'write-exclusive-registrants-only';

export interface Scene {
  readonly machine: Machine;
  readonly array: ReservationArray;
}

export async function started(before: Machine | null = null, array: ReservationArray | null = null): Promise<Scene> {
  const machine = new Machine('', before);
  const scene = { machine, array: array ?? arrayFor(() => machine) };
  machine.orders = scene.array;
  await machine.add(first, second);
  await machine.start();
  return scene;
}

export function arrayFor(machine: () => Machine): ReservationArray {
  return new ReservationArray((answer) => machine().controller.reservations.answered(answer));
}

export async function act(
  { machine }: Scene,
  action: ReservationRequest['action'],
  more: Partial<ReservationRequest> = {},
): Promise<ReservationView> {
  const done = machine.controller.reservations.act({ unit: '#0', action, ...more });
  // Looked at below: without this, a refusal during `quiet` would count as unhandled.
  done.catch(() => undefined);
  await machine.quiet();
  return done;
}

export async function registered(): Promise<Scene> {
  const scene = await started();
  await act(scene, 'register', { key: '0xa1' });
  return scene;
}

/** I/O on the path fails. */
export async function breaks({ machine }: Scene, facts: typeof first): Promise<void> {
  machine.kernel.setDisk(facts.devT, 'breaks');
  machine.kernel.message(machine.map().name, { kind: 'fail-path', devT: facts.devT });
  await machine.quiet();
}

export async function mended({ machine }: Scene, facts: typeof first): Promise<void> {
  machine.kernel.setDisk(facts.devT, 'works');
  await machine.probed(facts, 'up');
}

/** Devices of the map that the kernel would send I/O to. */
export function active({ machine }: Scene): readonly string[] {
  return machine.map().groups.flatMap(({ paths }) => paths.filter(({ failed }) => !failed).map(({ devT }) => devT));
}
