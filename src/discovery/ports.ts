/** Names the two ends of a path: by the transport where it has names, by the place in the machine where it has none. */

import { fcPortName, iscsiSession, sasDeviceAddress, sasHostAddress } from '../sysfs/transport.js';
import type { IscsiSession } from '../sysfs/transport.js';
import type { ScsiPlace } from '../sysfs/place.js';
import type { Sysfs } from '../sysfs/sysfs.js';
import type { PathFacts } from './facts.js';

export interface PathEnds {
  readonly transport: PathFacts['transport'];
  readonly initiator: string;
  readonly target: string;
}

/**
 * The ends of a path.
 * @param portName name of the target port from VPD page 83h, where the device tells it
 */
export function pathEnds(sysfs: Sysfs, place: ScsiPlace, portName: string | null): PathEnds {
  const named = fcEnds(sysfs, place) ?? iscsiEnds(sysfs, place) ?? sasEnds(sysfs, place);
  const unnamed = `${place.hostPlace}/${place.channel}:${place.target}`;
  return {
    transport: named?.transport ?? (place.hostPlace.startsWith('tcm_loop') ? 'loop' : 'other'),
    initiator: printable(named?.initiator ?? place.hostPlace),
    target: printable(named?.target ?? portName ?? unnamed),
  };
}

type NamedEnds = { readonly [End in keyof PathEnds]: PathEnds[End] | null };

/** `find` of the folders between host and target, as the transport classes name them. */
function folderNamed(place: ScsiPlace, pattern: RegExp): string | undefined {
  return place.between.findLast((part) => pattern.test(part));
}

function fcEnds(sysfs: Sysfs, place: ScsiPlace): NamedEnds | null {
  if (place.remotePort === null) return null;
  return {
    transport: 'fc',
    initiator: fcPortName(sysfs, 'fc_host', place.host),
    target: fcPortName(sysfs, 'fc_remote_ports', place.remotePort),
  };
}

function iscsiEnds(sysfs: Sysfs, place: ScsiPlace): NamedEnds | null {
  const session = folderNamed(place, /^session\d+$/);
  if (session === undefined || place.transportFolder === null) return null;
  const found = iscsiSession(sysfs, session, place.transportFolder);
  return { transport: 'iscsi', initiator: iscsiInitiator(found), target: iscsiTarget(found) };
}

/**
 * A session is a path of its own also where another one joins the same two names: through another interface of ours or
 * another portal of the same group. What the standard tells them apart by, the ISID, is made anew at each login.
 */
function iscsiInitiator(session: IscsiSession | null): string | null {
  if (session?.initiatorName == null) return null;
  return session.interfaceName === null ? session.initiatorName : `${session.initiatorName},${session.interfaceName}`;
}

/** "name,t,0xTAG" as the SCSI name of an iSCSI target port is written (SPC-4 7.8.6.10, RFC 7143 4.2.7.1), and its portal. */
function iscsiTarget(session: IscsiSession | null): string | null {
  if (session === null) return null;
  const group = session.portalGroup === null ? '' : `,t,0x${session.portalGroup.toString(16).padStart(4, '0')}`;
  return `${session.targetName}${group}${session.portal === null ? '' : `,${session.portal}`}`;
}

function sasEnds(sysfs: Sysfs, place: ScsiPlace): NamedEnds | null {
  const device = folderNamed(place, /^end_device-/);
  if (device === undefined) return null;
  return {
    transport: 'sas',
    initiator: sasHostAddress(sysfs, place.host),
    target: sasDeviceAddress(sysfs, device),
  };
}

/** A name that can stand in a path's key, whose fields "|" parts, and on a terminal: other bytes as %XX. */
function printable(name: string): string {
  return name.replace(/[^\x21-\x7e]|[|%]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
