/** /metrics: what the controller knows, as OpenMetrics. Everything is read from the state when it is asked for. */
import { Counter, Gauge, Registry } from 'prom-client';
import { catalogue } from '../model/catalogue.js';
import type { EventRecord } from '../model/catalogue.js';
import type { UnitView } from '../model/view.js';

const pathStates = ['in-use', 'active', 'standby', 'failed'] as const;

export class Metrics {
  // No default metrics: the process ones read nonsense with an FFI library loaded (20 GB of "external memory").
  readonly #registry = new Registry();
  readonly #events: Counter<'id' | 'level'>;

  constructor(units: () => readonly UnitView[], watcherConnected: () => boolean) {
    const registers = [this.#registry];
    this.#registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    this.#events = new Counter({
      name: 'pathmanager_events',
      help: 'Events of the catalogue by ID',
      labelNames: ['id', 'level'],
      registers,
    });
    gauge('pathmanager_units', 'Logical units', [], registers, (self) => self.set(units().length));
    gauge('pathmanager_watcher_connected', 'Whether the path watcher is connected', [], registers, (self) =>
      self.set(watcherConnected() ? 1 : 0),
    );
    gauge(
      'pathmanager_unit_paths',
      'Paths of a logical unit by state',
      ['unit', 'wwid', 'state'],
      registers,
      (self) => {
        self.reset();
        for (const unit of units()) {
          for (const state of pathStates) {
            const count = unit.paths.filter((path) => path.state === state).length;
            self.set({ unit: String(unit.number), wwid: unit.wwid, state }, count);
          }
        }
      },
    );
    gauge(
      'pathmanager_unit_queueing',
      'Whether I/O of the unit waits because no path is left',
      ['unit', 'wwid'],
      registers,
      (self) => {
        self.reset();
        for (const unit of units()) self.set({ unit: String(unit.number), wwid: unit.wwid }, unit.queueing ? 1 : 0);
      },
    );
    gauge(
      'pathmanager_path_failures',
      'Failures of a path since the controller started',
      ['unit', 'path'],
      registers,
      (self) => {
        self.reset();
        for (const unit of units()) {
          for (const path of unit.paths) self.set({ unit: String(unit.number), path: path.number }, path.failureCount);
        }
      },
    );
    gauge(
      'pathmanager_path_probe_seconds',
      'Latency of the last probe of a path',
      ['unit', 'path'],
      registers,
      (self) => {
        self.reset();
        for (const unit of units()) {
          for (const path of unit.paths) {
            if (path.lastProbe === null) continue;
            self.set({ unit: String(unit.number), path: path.number }, path.lastProbe.latencyMs / 1000);
          }
        }
      },
    );
  }

  count(record: EventRecord): void {
    this.#events.inc({ id: String(record.id), level: catalogue[record.id].level });
  }

  async text(): Promise<{ type: string; text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}

function gauge<Label extends string>(
  name: string,
  help: string,
  labelNames: Label[],
  registers: Registry[],
  collect: (self: Gauge<Label>) => void,
): void {
  new Gauge<Label>({
    name,
    help,
    labelNames,
    registers,
    collect() {
      collect(this);
    },
  });
}
