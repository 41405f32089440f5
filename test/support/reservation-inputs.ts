/** Arbitrary inputs on reservation keys: two keys, and answers for paths that are there and that are not. */
import fc from 'fast-check';
import type { PathRegistration, ReservationInput } from '../../src/model/reservations/types.js';
import { other, own } from './key-play.js';
import { facts, lu } from './model-play.js';

const wwid = fc.constantFrom(lu(), lu(), lu(), lu(1));
const key = fc.constantFrom(own, own, own, other);
const path = fc.constantFrom(1, 2, 3, 4).map((port) => facts(port).key);
const detail = fc.constantFrom('', 'no answer');

const result = (...results: readonly PathRegistration['result'][]): fc.Arbitrary<PathRegistration> =>
  fc.record({ key: path, result: fc.constantFrom(...results), detail });

export function reservationInput(at: fc.Arbitrary<number>): fc.Arbitrary<ReservationInput & { readonly at: number }> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        at,
        kind: fc.constant('key-registered' as const),
        wwid,
        key,
        persist: fc.boolean(),
        allTargetPorts: fc.boolean(),
        paths: fc.array(result('registered', 'registered', 'failed'), { maxLength: 4 }),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        at,
        kind: fc.constant('joined' as const),
        wwid,
        key,
        path: result('registered', 'registered', 'registered', 'failed', 'other-key', 'unregistered', 'taken-away'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        at,
        kind: fc.constant('key-given-up' as const),
        wwid,
        how: fc.constantFrom('unregistered' as const, 'cleared' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ at, kind: fc.constant('key-lost' as const), wwid, key }) },
    { weight: 1, arbitrary: fc.record({ at, kind: fc.constant('watcher-came' as const) }) },
  );
}
