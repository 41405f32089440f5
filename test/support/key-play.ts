/** The model with a reservation key on a unit. */
import { reservationKey } from '../../src/base/reservation.js';
import type { PathRegistration } from '../../src/model/reservations/types.js';
import type { Step } from '../../src/model/types.js';
import type { Play } from './model-play.js';
import { facts, lu } from './model-play.js';

export const own = reservationKey('0xa1');
export const other = reservationKey('0xb2');

const answer = (port: number, result: PathRegistration['result'], detail = ''): PathRegistration => {
  return { key: facts(port).key, result, detail };
};

/** The key is registered through these ports; the others of `asked` did not answer. */
export function registers(play: Play, ports: readonly number[], asked: readonly number[] = [], key = own): Step {
  const failed = asked.filter((port) => !ports.includes(port)).map((port) => answer(port, 'failed', 'no answer'));
  const paths = [...ports.map((port) => answer(port, 'registered')), ...failed];
  return play.feed({ kind: 'key-registered', wwid: lu(), key, persist: false, allTargetPorts: false, paths });
}

export function joins(play: Play, port: number, result: PathRegistration['result'], detail = '', key = own): Step {
  return play.feed({ kind: 'joined', wwid: lu(), key, path: answer(port, result, detail) });
}

export const loses = (play: Play, key = own): Step => play.feed({ kind: 'key-lost', wwid: lu(), key });

/** How each path stands to the key, as "1 held 2 none". */
export function standings(play: Play): string {
  return play
    .unit()
    .paths.map(({ facts: { number }, registration }) => `${number.charAt(0)} ${registration}`)
    .join(' ');
}
