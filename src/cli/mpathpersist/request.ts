/** From an action of mpathpersist to what the controller is asked. */
import { PathManagerError } from '../../base/errors.js';
import {
  reservationKey,
  type ReservationKey,
  reservationTypeOf,
  type ReservationType,
} from '../../base/reservation.js';
import type { ReservationRequest } from '../../model/reservations/types.js';
import type { UnitView } from '../../model/view.js';
import { type ChangeWord, type Given, wrong } from './options.js';

/** Parameters of a change; a key is null where it was not given or is zero. */
export interface Parameters {
  readonly rk: ReservationKey | null;
  readonly sark: ReservationKey | null;
  readonly type: ReservationType | null;
  readonly persist: boolean;
  readonly allTargetPorts: boolean;
}

/** Reads them. Throws BAD_REQUEST, BAD_RESERVATION_KEY. */
export function readParameters(given: Given): Parameters {
  return {
    rk: readKey(given['param-rk']),
    sark: readKey(given['param-sark']),
    type: readType(given['prout-type']),
    persist: given['param-aptpl'] === true,
    allTargetPorts: given['param-alltgpt'] === true,
  };
}

/** Here zero is no mistake: it means "no key". */
function readKey(text: Given[string]): ReservationKey | null {
  return typeof text !== 'string' || /^(0[xX])?0{1,16}$/.test(text) ? null : reservationKey(text);
}

function readType(text: Given[string]): ReservationType | null {
  if (typeof text !== 'string') return null;
  const type = /^(?:0[xX])?0?[\da-f]$/i.test(text) ? reservationTypeOf(parseInt(text, 16)) : null;
  if (type !== null) return type;
  throw wrong(`${JSON.stringify(text)} is not a type of reservation; give 1, 3, 5, 6, 7 or 8`);
}

/**
 * What is asked for a change. Parameters that an action does not use are left out, as the standard has them ignored.
 * @throws BAD_REQUEST where one is missing, RESERVATION_CONFLICT where `rk` is not the key that this node has
 */
export function changeRequest(word: ChangeWord, parameters: Parameters, unit: UnitView): ReservationRequest {
  const { rk, type } = parameters;
  const own = { unit: unit.wwid, ...(rk !== null && { key: rk }) };
  switch (word) {
    case 'register':
    case 'register-ignore':
      return registration(word === 'register-ignore', parameters, unit);
    case 'reserve':
      return { ...own, action: word, type: type ?? missing(word, 'prout-type') };
    case 'release':
      return { ...own, action: word, ...(type !== null && { type }) };
    case 'clear':
      return { ...own, action: word };
    case 'preempt':
    case 'preempt-abort':
      return preemption(word, parameters, own);
  }
}

function registration(
  ignoreExisting: boolean,
  { rk, sark, persist, allTargetPorts }: Parameters,
  { wwid, name, reservation }: UnitView,
): ReservationRequest {
  // A key that was taken away is none at the array.
  const present = reservation === null || reservation.lostSince !== null ? null : reservation.key;
  if (!ignoreExisting && present !== null && present !== (rk ?? sark)) {
    const advice = rk === null ? `give --param-rk=${present} or --register-ignore` : 'that is the one to give';
    throw new PathManagerError(
      'RESERVATION_CONFLICT',
      `Cannot register with "${name}"${rk === null ? '' : ` in place of ${rk}`}: this node's key is ${present}; ${advice}`,
    );
  }
  if (sark === null) {
    const key = ignoreExisting && present !== null ? null : rk;
    return { unit: wwid, action: 'unregister', ...(key !== null && { key }) };
  }
  return {
    ...{ unit: wwid, action: 'register', key: sark },
    ...(persist && { persist }),
    ...(allTargetPorts && { allTargetPorts }),
    ...(ignoreExisting && { ignoreExisting }),
  };
}

function preemption(
  word: 'preempt' | 'preempt-abort',
  { rk, sark, type }: Parameters,
  own: { readonly unit: string },
): ReservationRequest {
  const chosen = type ?? missing(word, 'prout-type');
  if (sark === null && !chosen.endsWith('-all-registrants')) missing(word, 'param-sark');
  if (sark !== null && sark === rk) throw wrong(`--${word} takes away another node's key, and both keys are ${sark}`);
  return { ...own, action: word, type: chosen, ...(sark !== null && { victim: sark }) };
}

function missing(word: ChangeWord, option: string): never {
  throw wrong(`--${word} needs --${option}`);
}
