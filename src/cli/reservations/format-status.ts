/** The text of `spscmd reserve read`: what the array knows of a logical unit's reservations. */
import { escapeControl } from '../../base/text.js';
import type { ReservationCapabilities, ReservationKey } from '../../base/reservation.js';
import type { Registrant, ReservationStatus, ReservationView } from '../../model/reservations/types.js';
import { labelledParagraphs, type LabelledTexts } from '../paragraph.js';

export function formatReservation({ number, name, wwid, key, status }: ReservationView): string {
  const title = escapeControl(`LogicalUnit #${String(number)} "${name}", WWID ${wwid}`);
  const rows: readonly LabelledTexts[] = [
    ['This node', [ownText(key, status)]],
    ...(status === null ? [] : statusRows(key, status)),
  ];
  return [title, ...labelledParagraphs('  ', rows)].join('\n');
}

function ownText(key: ReservationKey | null, status: ReservationStatus | null): string {
  if (key === null) return 'no key';
  return status === null || status.keys.includes(key) ? `key ${key}` : `key ${key}, which the array has no more`;
}

function statusRows(own: ReservationKey | null, status: ReservationStatus): readonly LabelledTexts[] {
  return [
    ['Keys', keyTexts(own, status.keys)],
    ['Reservation', [reservationText(own, status.reservation)]],
    [
      'Registrants',
      status.registrants === null ? ['the array does not tell them'] : status.registrants.map(registrantText),
    ],
    ['Array', status.capabilities === null ? ['does not tell what it can do'] : capabilityTexts(status.capabilities)],
    ['Generation', [String(status.generation)]],
  ];
}

/** Each key once, with how often it is registered. */
function keyTexts(own: ReservationKey | null, keys: readonly ReservationKey[]): readonly string[] {
  if (keys.length === 0) return ['none'];
  return [...new Set(keys)].map((key) => {
    const count = keys.filter((each) => each === key).length;
    return `${key}, ${count === 1 ? '1 registration' : `${String(count)} registrations`}${key === own ? ' (this node)' : ''}`;
  });
}

function reservationText(own: ReservationKey | null, held: ReservationStatus['reservation']): string {
  if (held === null) return 'none';
  if (held.key === null) return `${held.type}, held by every registered path`;
  return `${held.type}, held by ${held.key}${held.key === own ? ' (this node)' : ''}`;
}

function registrantText({ key, initiator, holder, allTargetPorts, targetPort }: Registrant): string {
  const where = allTargetPorts || targetPort === null ? 'all target ports' : `target port ${String(targetPort)}`;
  return `${key}, ${initiator}, ${where}${holder ? ', holder' : ''}`;
}

function capabilityTexts(able: ReservationCapabilities): readonly string[] {
  const power = able.persistCapable
    ? `can keep keys over a loss of power, and ${able.persistActive ? 'does' : 'does not'} now`
    : 'loses keys with its power';
  return [
    power,
    `${able.allTargetPorts ? 'can' : 'cannot'} register a path for all target ports at once`,
    able.types === null ? 'does not tell its types' : `types: ${able.types.join(', ')}`,
  ];
}
