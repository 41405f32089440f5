/** What a plan would change in the kernel, and why it has not been done, in words. Pure; the shapes are the API's contract. */
import type { DevT } from '../base/ids.js';
import type { GroupFacts, MapFacts, SelectorName } from '../base/map-facts.js';
import type { Work } from './explain/types.js';
import type { MapMessage, MapOperation, Unit, WantedGroup, WantedMap } from './types.js';

/** A table of a map; paths by number, those that are none of the unit's by device number. */
export interface TableView {
  readonly sizeBytes: number;
  readonly queueIfNoPath: boolean;
  readonly groups: readonly {
    readonly selector: SelectorName | 'other';
    /** The last resort. */
    readonly bypassed: boolean;
    readonly paths: readonly string[];
  }[];
}

export interface OperationView {
  readonly kind: MapOperation['kind'];
  /** The message, where it is one. */
  readonly message: MapMessage['kind'] | null;
  readonly text: string;
  /** The table in use, and the one to load; null where none is loaded, or none is in use. */
  readonly before: TableView | null;
  readonly after: TableView | null;
}

/** Why something has not been done yet. */
export interface Waiting {
  readonly code: 'running' | 'waits-for-storage' | 'refused' | 'nothing';
  /** When it is tried again, milliseconds since 1970; null where that is not set. */
  readonly at: number | null;
  readonly text: string;
}

export interface UnitPlanView {
  readonly number: number;
  readonly wwid: string;
  readonly name: string;
  /** In the order in which they are carried out. */
  readonly operations: readonly OperationView[];
  readonly waits: Waiting;
}

export interface PlanView {
  /** The moment of all this, milliseconds since 1970. */
  readonly at: number;
  /** Logical units that were compared. */
  readonly compared: number;
  /** Those of which the kernel does not have what is wanted, by number. */
  readonly units: readonly UnitPlanView[];
}

/** What became of a plan that was carried out. */
export interface PlanResultView {
  readonly at: number;
  readonly units: readonly (Omit<UnitPlanView, 'waits'> & {
    /** True: `operations` have been carried out; false: they are left to do. */
    readonly done: boolean;
    /** Why not; null where it is done. */
    readonly waits: Waiting | null;
  })[];
}

/** A unit with what is to be done for it; from `plan` and what it was given. */
export interface OpenPlan {
  readonly unit: Unit;
  readonly present: MapFacts | null;
  readonly wanted: WantedMap | null;
  readonly operations: readonly MapOperation[];
  readonly work: Work;
}

export function unitPlanView(open: OpenPlan): UnitPlanView {
  const { unit, present, operations } = open;
  return {
    number: unit.number,
    wwid: unit.wwid,
    name: present?.name ?? unit.name,
    operations: operations.map((operation) => operationView(operation, open)),
    waits: waiting(unit, open.work),
  };
}

function operationView(operation: MapOperation, open: OpenPlan): OperationView {
  const { unit, present, wanted } = open;
  const loads = operation.kind === 'create' || operation.kind === 'reload';
  return {
    kind: operation.kind,
    message: operation.kind === 'message' ? operation.message.kind : null,
    text: operationText(operation, open),
    before: loads && present?.hasTable === true ? tableView(unit, present.sizeSectors, present, presentGroup) : null,
    after: loads && wanted !== null ? tableView(unit, wanted.sizeSectors, wanted, wantedGroup) : null,
  };
}

function operationText(operation: MapOperation, open: OpenPlan): string {
  switch (operation.kind) {
    case 'create':
      return `create map "${open.unit.name}"`;
    case 'reload':
      return operation.resize ? 'load a new table, of another size' : 'load a new table';
    case 'resume':
      return 'resume the map: it is suspended, and its I/O waits';
    case 'remove':
      return 'remove the map: no path is left, and nobody has it open';
    case 'message':
      return messageText(operation.message, open);
  }
}

function messageText(message: MapMessage, open: OpenPlan): string {
  switch (message.kind) {
    case 'fail-path':
      return `take path ${pathName(open.unit, message.devT)} out of use`;
    case 'reinstate-path':
      return `take path ${pathName(open.unit, message.devT)} into use again`;
    case 'disable-group':
      return `hold back ${groupName(open, message.group)} as a last resort`;
    case 'enable-group':
      return `hold back ${groupName(open, message.group)} no longer`;
    case 'switch-group':
      return `move the I/O to ${groupName(open, message.group)}`;
    case 'queue-if-no-path':
      return 'let I/O wait while no path is left';
    case 'fail-if-no-path':
      return 'let I/O fail while no path is left';
  }
}

/** Messages to groups come after a load, where there is one (plan.ts). */
function groupName({ unit, present, wanted, operations }: OpenPlan, number: number): string {
  const loads = operations.some(({ kind }) => kind === 'create' || kind === 'reload');
  const groups = loads ? wanted?.groups : present?.groups;
  const paths = groups?.[number - 1]?.paths.map(({ devT }) => pathName(unit, devT)).join(', ');
  return `group ${String(number)}${paths === undefined ? '' : ` (${paths})`}`;
}

function pathName(unit: Unit, devT: DevT): string {
  return unit.paths.find(({ facts }) => facts.devT === devT)?.facts.number ?? devT;
}

type GroupView = Pick<TableView['groups'][number], 'selector' | 'bypassed'>;

const presentGroup = ({ selector, state }: GroupFacts): GroupView => ({ selector, bypassed: state === 'bypassed' });
const wantedGroup = ({ selector, bypassed }: WantedGroup): GroupView => ({ selector, bypassed });

function tableView<Group extends { readonly paths: readonly { readonly devT: DevT }[] }>(
  unit: Unit,
  sizeSectors: number,
  table: { readonly queueIfNoPath: boolean; readonly groups: readonly Group[] },
  view: (group: Group) => GroupView,
): TableView {
  return {
    sizeBytes: sizeSectors * 512,
    queueIfNoPath: table.queueIfNoPath,
    groups: table.groups.map((group) => ({
      ...view(group),
      paths: group.paths.map(({ devT }) => pathName(unit, devT)),
    })),
  };
}

function waiting({ problem }: Unit, { running, retryAt }: Work): Waiting {
  if (running) {
    const before = problem === null ? '' : `; the attempt before: ${problem.message}`;
    return { code: 'running', at: null, text: `it is being carried out now${before}` };
  }
  if (problem === null) {
    return {
      code: 'nothing',
      at: retryAt,
      text: 'nothing stands against it: it is done when the controller compares all maps next, which it does every half minute',
    };
  }
  if (problem.code === 'APPLY_PENDING') return { code: 'waits-for-storage', at: retryAt, text: problem.message };
  return { code: 'refused', at: retryAt, text: `the last attempt failed: ${problem.message}` };
}
