/** Puts together what the kernel says of a multipath map: its state, its table and its status. */

import { PathManagerError } from '../base/errors.js';
import { devT, mapName, sectors } from '../base/ids.js';
import type { GroupFacts, MapFacts } from '../base/map-facts.js';
import type { DmText } from './devices.js';
import { parseStatus } from './status.js';
import type { StatusPath } from './status.js';
import { isSelectorName, parseTable } from './table.js';
import type { TableGroup } from './table.js';
import { escapeControl } from '../base/text.js';

/** Which of a selector's status words tells the I/O in flight (drivers/md/dm-ps-*.c). */
const inFlightWord: Readonly<Record<string, number>> = {
  'queue-length': 0,
  'service-time': 0,
  'historical-service-time': 1,
};

/**
 * The facts of a map from the two texts, or null where they do not fit together: the table was exchanged between the two
 * readings, which must be repeated.
 * @throws PathManagerError DM_MALFORMED for a text that lies and for a table that is not one multipath target;
 *   BAD_IDENTIFIER for a name that cannot be one of ours
 */
export function mapFacts(table: DmText, status: DmText): MapFacts | null {
  const { info } = status;
  if (table.info.devT !== info.devT || table.targets.length !== status.targets.length) return null;
  const [target, second] = table.targets;
  const [statusTarget] = status.targets;
  const common = {
    name: mapName(info.name),
    uuid: info.uuid,
    devT: devT(info.devT),
    readOnly: info.readOnly,
    suspended: info.suspended,
    openCount: info.openCount,
    eventNr: info.eventNr,
  };
  if (target === undefined || statusTarget === undefined) {
    return { ...common, sizeSectors: sectors(0), hasTable: false, queueIfNoPath: false, groups: [], activeGroup: 0 };
  }
  if (target.type !== 'multipath' || second !== undefined) {
    const types = table.targets.map((each) => escapeControl(each.type)).join(', ');
    throw new PathManagerError('DM_MALFORMED', `Map "${common.name}" is not one multipath target but: ${types}`);
  }
  const parsedTable = parseTable(target.text);
  const parsedStatus = parseStatus(statusTarget.text);
  const groups = joinGroups(parsedTable.groups, parsedStatus.groups);
  if (groups === null) return null;
  return {
    ...common,
    sizeSectors: sectors(target.lengthSectors),
    hasTable: true,
    queueIfNoPath: parsedTable.features.queueIfNoPath,
    groups,
    activeGroup: parsedStatus.nextGroup,
  };
}

interface StatusSide {
  readonly state: GroupFacts['state'];
  readonly paths: readonly StatusPath[];
}

function joinGroups(table: readonly TableGroup[], status: readonly StatusSide[]): GroupFacts[] | null {
  if (table.length !== status.length) return null;
  const groups: GroupFacts[] = [];
  for (const [index, { selector, paths }] of table.entries()) {
    const side = status[index];
    if (side?.paths.length !== paths.length) return null;
    if (paths.some((path, position) => path.devT !== side.paths[position]?.devT)) return null;
    groups.push({
      selector: isSelectorName(selector) ? selector : 'other',
      state: side.state,
      paths: side.paths.map((path) => ({
        devT: path.devT,
        failed: path.failed,
        failCount: path.failCount,
        inFlight: inFlight(selector, path),
      })),
    });
  }
  return groups;
}

function inFlight(selector: string, path: StatusPath): number | null {
  const word = path.words[inFlightWord[selector] ?? -1];
  return word !== undefined && /^\d{1,15}$/.test(word) ? Number(word) : null;
}
