/** What the API offers, apart from HTTP: the controller as its clients see it. */
import type { ExportView } from '../../model/portable.js';
import type {
  HealthView,
  ImportedView,
  ImportPreviewView,
  RecordView,
  SettingsView,
  UnitsView,
} from '../../model/view.js';
import type { Request } from '../../model/types.js';
import type { Wwid } from '../../base/ids.js';
import type { DoctorView } from '../../model/doctor/types.js';
import type { ExplanationView } from '../../model/explain/types.js';
import type { PortGroupState, ProbeAnswer } from '../../model/types.js';
import type { PlanResultView, PlanView } from '../../model/plan-view.js';
import type { Attendance } from './attendance.js';
import type {
  LostKey,
  ReservationAnswer,
  ReservationRequest,
  ReservationView,
} from '../../model/reservations/types.js';
import type { EventRing } from './event-ring.js';
import type { OrderStream } from './order-stream.js';

/** Settings as a whole. */
export interface PortableService {
  export(): ExportView;
  /** Tries an import out. */
  preview(request: Extract<Request, { kind: 'import' }>): ImportPreviewView;
  /** Answered when the kernel has it. Throws the model's refusal, and what a request throws. */
  import(request: Extract<Request, { kind: 'import' }>): Promise<ImportedView>;
}

/** Persistent reservations. */
export interface ReservationService {
  /**
   * Answered when the array, the kernel and the saved state have it.
   * @throws what the controller refuses, WATCHER_ABSENT, and what the watcher found
   */
  act(request: ReservationRequest): Promise<ReservationView>;
  /** The watcher's answer to an order. */
  answered(answer: ReservationAnswer): void;
  /** The watcher has seen that arrays have these keys no more. */
  lost(keys: readonly LostKey[]): void;
  /** Work for the watcher. */
  readonly orders: OrderStream;
}

export interface ApiService {
  health(): HealthView;
  /** An immutable snapshot: answers in no time whatever the storage does. */
  units(): UnitsView;
  settings(): SettingsView;
  readonly portable: PortableService;
  request(request: Request): Promise<readonly Wwid[]>;
  /** @param nextRoundMs time until the patrol's next round; null where the watcher did not tell it */
  report(
    probes: readonly ProbeAnswer[],
    access: readonly { wwid: Wwid; groups: readonly PortGroupState[] }[],
    nextRoundMs: number | null,
  ): void;
  /** Has the kernel look at storage again; false where some has not answered yet. Throws BAD_REQUEST. */
  rescan(scope: string): Promise<boolean>;
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
  readonly insight: InsightService;
  readonly reservations: ReservationService;
  readonly ring: EventRing;
  /** Readers of the streams. */
  readonly attendance: Attendance;
  /** The path watcher came or went. */
  watcherConnected(connected: boolean): void;
}

/** What helps to understand. */
export interface InsightService {
  /** Why a path or a logical unit is as it is. Throws UNKNOWN_PATH, UNKNOWN_UNIT. */
  explain(name: string): ExplanationView;
  /** What the kernel lacks of what is wanted. */
  plan(): PlanView;
  /** Tries that at once, also what was put off or refused; never past what guards the I/O. */
  applyPlan(): Promise<PlanResultView>;
  /** What is amiss, and what to do about it. */
  doctor(): Promise<DoctorView>;
}

export type { RecordView };
