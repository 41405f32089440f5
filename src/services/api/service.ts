/** What the API offers, apart from HTTP: the controller as its clients see it. */
import type { HealthView, RecordView, SettingsView, UnitsView } from '../../model/view.js';
import type { Request } from '../../model/types.js';
import type { Wwid } from '../../base/ids.js';
import type { ProbeReport } from '../../controller/controller.js';
import type { PortGroupState } from '../../model/types.js';
import type { EventRing } from './event-ring.js';

export interface ApiService {
  health(): HealthView;
  /** An immutable snapshot: answers in no time whatever the storage does. */
  units(): UnitsView;
  settings(): SettingsView;
  request(request: Request): Promise<readonly Wwid[]>;
  report(probes: readonly ProbeReport[], access: readonly { wwid: Wwid; groups: readonly PortGroupState[] }[]): void;
  /** Has the kernel look at storage again; false where some has not answered yet. Throws BAD_REQUEST. */
  rescan(scope: string): Promise<boolean>;
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
  readonly ring: EventRing;
  /** The path watcher came or went. */
  watcherConnected(connected: boolean): void;
}

export type { RecordView };
