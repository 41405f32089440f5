/** What mpathpersist prints, in the form that scripts and fence agents know: their patterns are in fence_mpath. */
import { escapeControl } from '../../base/text.js';
import type { ReservationCapabilities, ReservationKey, ReservationType } from '../../base/reservation.js';
import type { Registrant, ReservationStatus } from '../../model/reservations/types.js';
import type { ReadWord } from './options.js';

/** The text of an answer; null where the array does not know the question. */
export function answerText(word: ReadWord, status: ReservationStatus): string | null {
  switch (word) {
    case 'read-keys':
      return keysText(status);
    case 'read-reservation':
      return reservationText(status);
    case 'read-full-status':
      return status.registrants === null ? null : fullStatusText(status, status.registrants);
    case 'report-capabilities':
      return status.capabilities === null ? null : capabilitiesText(status.capabilities);
  }
}

/** Without leading zeros: fence agents compare these digits with a key as it was configured. */
function hex(key: ReservationKey | null): string {
  return key === null ? '0x0' : `0x${key.slice(2).replace(/^0+/, '')}`;
}

const typeTexts: Readonly<Record<ReservationType, string>> = {
  'write-exclusive': 'Write Exclusive',
  'exclusive-access': 'Exclusive Access',
  'write-exclusive-registrants-only': 'Write Exclusive, registrants only',
  'exclusive-access-registrants-only': 'Exclusive Access, registrants only',
  'write-exclusive-all-registrants': 'Write Exclusive, all registrants',
  'exclusive-access-all-registrants': 'Exclusive Access, all registrants',
};

function generation(status: ReservationStatus): string {
  return `  PR generation=0x${status.generation.toString(16)}`;
}

function keysText(status: ReservationStatus): string {
  const { keys } = status;
  const count =
    keys.length === 1
      ? '1 registered reservation key follows:'
      : `${String(keys.length)} registered reservation keys follow:`;
  const head = `${generation(status)}, \t${keys.length === 0 ? '0 registered reservation key.' : count}`;
  return lines([head, ...keys.map((key) => `    ${hex(key)}`)]);
}

function reservationText(status: ReservationStatus): string {
  const { reservation } = status;
  if (reservation === null) return lines([`${generation(status)}, there is NO reservation held `]);
  return lines([
    `${generation(status)}, Reservation follows:`,
    `   Key = ${hex(reservation.key)}`,
    `  scope = LU_SCOPE, type = ${typeTexts[reservation.type]}`,
  ]);
}

function fullStatusText(status: ReservationStatus, registrants: readonly Registrant[]): string {
  return lines([`${generation(status)} `, ...registrants.flatMap((each) => registrantLines(each, status.reservation))]);
}

function registrantLines(
  { key, allTargetPorts, targetPort, holder, initiator }: Registrant,
  reservation: ReservationStatus['reservation'],
): readonly string[] {
  const everywhere = allTargetPorts || targetPort === null;
  return [
    `   Key = ${hex(key)}`,
    `      All target ports bit ${everywhere ? 'set' : 'clear'}`,
    ...(everywhere ? [] : [`      Relative port address: 0x${targetPort.toString(16)}`]),
    ...(holder && reservation !== null
      ? ['      << Reservation holder >>', `      scope: LU_SCOPE,  type: ${typeTexts[reservation.type]}`]
      : ['      not reservation holder']),
    `   ${initiatorText(initiator)}`,
  ];
}

function initiatorText(initiator: string): string {
  const [protocol = '', name = ''] = escapeControl(initiator).split(/ (.*)/s);
  if (protocol === 'fc') return `FCP-2  ${name}`;
  if (protocol === 'sas') return `SAS  ${name}`;
  if (protocol !== 'iscsi') return escapeControl(initiator);
  return `iSCSI ${name.includes(',i,0x') ? 'world wide unique port id' : 'name'}: ${name}`;
}

function capabilitiesText(able: ReservationCapabilities): string {
  const { types } = able;
  return lines([
    'Report capabilities response:',
    `  Compatible Reservation Handling(CRH): ${bit(able.compatibleReserve)}`,
    `  Specify Initiator Ports Capable(SIP_C): ${bit(able.otherInitiators)}`,
    `  All Target Ports Capable(ATP_C): ${bit(able.allTargetPorts)}`,
    `  Persist Through Power Loss Capable(PTPL_C): ${bit(able.persistCapable)}`,
    `  Type Mask Valid(TMV): ${bit(types !== null)}`,
    `  Persist Through Power Loss Active(PTPL_A): ${bit(able.persistActive)}`,
    ...(types === null
      ? []
      : ['    Support indicated in Type mask:', ...maskOrder.map((type) => maskLine(types, type))]),
  ]);
}

/** The order of the bits in the mask of types (SPC-4 table "Persistent reservation type mask"). */
const maskOrder: readonly ReservationType[] = [
  'write-exclusive-all-registrants',
  'exclusive-access-registrants-only',
  'write-exclusive-registrants-only',
  'exclusive-access',
  'write-exclusive',
  'exclusive-access-all-registrants',
];

function maskLine(types: readonly ReservationType[], type: ReservationType): string {
  return `      ${typeTexts[type]}: ${bit(types.includes(type))}`;
}

function bit(on: boolean): string {
  return on ? '1' : '0';
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
