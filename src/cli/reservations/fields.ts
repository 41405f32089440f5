/** What `spscmd reserve read --fields` prints: NAME=VALUE lines that a shell script reads without a parser. */
import { escapeControl } from '../../base/text.js';
import type { ReservationView } from '../../model/reservations/types.js';
import type { UnitView } from '../../model/view.js';

/**
 * A line for each field, always in this order; a value that is not known, or not there, is empty.
 * @param view null where the array was not asked
 */
export function reservationFields(unit: UnitView, view: ReservationView | null): string {
  const status = view?.status ?? null;
  const held = status?.reservation ?? null;
  const usable = unit.paths.filter(({ state }) => state !== 'failed');
  const fields: Readonly<Record<string, string | number>> = {
    wwid: unit.wwid,
    number: unit.number,
    name: unit.name,
    map: unit.map?.node ?? '',
    paths: unit.paths.length,
    usable: usable.length,
    registered: unit.paths.filter(({ registered }) => registered === true).length,
    key: unit.reservation?.key ?? '',
    lost: unit.reservation?.lostSince ?? '',
    generation: status?.generation ?? '',
    keys: [...new Set(status?.keys ?? [])].join(' '),
    type: held?.type ?? '',
    holder: held === null ? '' : (held.key ?? 'all'),
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${escapeControl(String(value))}`)
    .join('\n');
}
