/** What `spscmd watch` shows: logical units and paths with their rates, as data and as lines. */
import { escapeControl } from '../../base/text.js';
import type { PathState } from '../../model/types.js';
import type { UnitView } from '../../model/view.js';
import { balanceText } from '../values.js';
import type { PathRate } from './rates.js';

/** The shape of the --json output. */
export interface WatchView {
  readonly time: string;
  readonly units: readonly WatchedUnit[];
}

export interface WatchedUnit {
  readonly number: number;
  readonly wwid: string;
  readonly name: string;
  readonly balance: UnitView['balance'];
  readonly queueing: boolean;
  readonly paths: readonly WatchedPath[];
}

export interface WatchedPath {
  readonly number: string;
  readonly node: string;
  readonly devT: string;
  readonly priority: number;
  readonly state: PathState;
  /** Null before the second look, and for a device that is gone. */
  readonly rate: PathRate | null;
}

/** @param rates by device number */
export function watchView(
  units: readonly UnitView[],
  rates: ReadonlyMap<string, PathRate | null>,
  now: number,
): WatchView {
  const watched = units.map(({ number, wwid, name, balance, queueing, paths }) => ({
    ...{ number, wwid, name, balance, queueing },
    paths: paths.map((path) => ({
      number: path.number,
      node: path.node,
      devT: path.devT,
      priority: path.priority,
      state: path.state,
      rate: rates.get(path.devT) ?? null,
    })),
  }));
  return { time: new Date(now).toISOString(), units: watched };
}

const stateTexts: Readonly<Record<PathState, string>> = {
  'in-use': '> In use ',
  active: '  Active ',
  standby: '@ Standby',
  failed: 'X Failed ',
};

const HEADINGS = '  state     prio  path          device       IO/s    MiB/s  service  in flight';

/** A heading, then a line for each logical unit and one for each path. `mark` may colour a line of a failed path. */
export function tableLines({ units }: WatchView, mark: (line: string) => string): readonly string[] {
  return [HEADINGS, ...units.flatMap((unit) => [unitLine(unit), ...unit.paths.map((path) => marked(path, mark))])];
}

function marked(path: WatchedPath, mark: (line: string) => string): string {
  const line = escapeControl(`${stateTexts[path.state]} ${String(path.priority).padStart(6)}  ${pathColumns(path)}`);
  return path.state === 'failed' ? mark(line) : line;
}

function unitLine({ number, name, balance, queueing }: WatchedUnit): string {
  const mode = balance === 'none' ? '' : ` [${balanceText(balance)}]`;
  return escapeControl(`LogicalUnit #${String(number)} ${name}${mode}${queueing ? ', NO PATH: I/O waits' : ''}`);
}

function pathColumns({ number, node, rate }: WatchedPath): string {
  return [number.padEnd(12), node.padEnd(8), ...rateColumns(rate)].join('  ').trimEnd();
}

function rateColumns(rate: PathRate | null): readonly string[] {
  if (rate === null) return ['-'.padStart(7), '-'.padStart(7), '-'.padStart(7), '-'.padStart(9)];
  const { ioPerSec, bytesPerSec, serviceMs, inFlight } = rate;
  return [
    ioPerSec.toFixed(0).padStart(7),
    (bytesPerSec / 1_048_576).toFixed(1).padStart(7),
    (serviceMs === null ? '-' : `${serviceMs.toFixed(serviceMs < 10 ? 2 : 0)} ms`).padStart(7),
    String(inFlight).padStart(9),
  ];
}

/** A line for each path, which says everything itself: for a file or a program that reads lines. */
export function plainLines({ time, units }: WatchView): readonly string[] {
  return units.flatMap((unit) =>
    unit.paths.map(({ number, node, state, priority, rate }) => {
      const service = rate?.serviceMs ?? null;
      const figures =
        rate === null
          ? 'no figures'
          : `${rate.ioPerSec.toFixed(0)} IO/s, ${(rate.bytesPerSec / 1_048_576).toFixed(1)} MiB/s, ` +
            `${service === null ? '-' : `${service.toFixed(2)} ms`}, ${String(rate.inFlight)} in flight`;
      return escapeControl(
        `${time} LU #${String(unit.number)} ${number} ${node} ${state} priority ${String(priority)}: ${figures}`,
      );
    }),
  );
}
