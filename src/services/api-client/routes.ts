/** The API's routes as a client sees them: what is sent, what comes back. Types only. */
import type { ErrorCode, ErrorFacts } from '../../base/errors.js';
import type { DoctorView } from '../../model/doctor/types.js';
import type { ExplanationView } from '../../model/explain/types.js';
import type { PlanResultView, PlanView } from '../../model/plan-view.js';
import type { BalanceMode, PortGroupState, ProbeVerdict } from '../../model/types.js';
import type { ReservationAnswer, ReservationRequest, ReservationView } from '../../model/reservations/types.js';
import type { HealthView, ImportedView, ImportPreviewView, SettingsView, UnitsView } from '../../model/view.js';
import type { ExportView } from '../../model/portable.js';

/** What a change of paths touched, answered when the kernel has it. */
export interface ChangedView {
  /** WWIDs of the logical units concerned. */
  readonly changed: readonly string[];
}

/** What a rescan came to: false where some storage has not answered yet. */
export interface RescanView {
  readonly finished: boolean;
}

/** GET routes: on both sockets. */
export interface GetRoutes {
  readonly '/v1/health': HealthView;
  readonly '/v1/export': ExportView;
  readonly '/v1/units': UnitsView;
  readonly '/v1/settings': SettingsView;
  /** `name`: a path or a logical unit as the operator names it. */
  readonly '/v1/explain': ExplanationView;
  readonly '/v1/plan': PlanView;
  readonly '/v1/doctor': DoctorView;
}

interface Post<Body, Answer> {
  readonly body: Body;
  readonly answer: Answer;
}

/** What the watcher saw. */
export interface ReportBody {
  readonly probes?: readonly {
    readonly wwid: string;
    readonly key: string;
    readonly verdict: ProbeVerdict;
    readonly outcome: string;
    readonly latencyMs: number;
    readonly listed?: boolean;
    readonly leadsTo?: string;
  }[];
  readonly access?: readonly { readonly wwid: string; readonly groups: readonly PortGroupState[] }[];
  /** Keys that the array has no more although nobody here took them off. */
  readonly lostKeys?: readonly { readonly wwid: string; readonly key: string }[];
  /** Milliseconds until the next round of the patrol. */
  readonly nextRoundMs?: number;
}

/** POST routes: on the control socket. Paths are the operator's text. */
export interface PostRoutes {
  readonly '/v1/paths/enable': Post<{ readonly path: string }, ChangedView>;
  readonly '/v1/paths/disable': Post<{ readonly path: string; readonly force: boolean }, ChangedView>;
  readonly '/v1/paths/use': Post<{ readonly path: string }, ChangedView>;
  readonly '/v1/paths/swap': Post<{ readonly first: string; readonly second: string }, ChangedView>;
  readonly '/v1/paths/priority': Post<{ readonly path: string; readonly priority: number }, ChangedView>;
  readonly '/v1/paths/balance': Post<{ readonly path: string; readonly mode: BalanceMode }, ChangedView>;
  /** `null`: every failed path. */
  readonly '/v1/paths/failback': Post<{ readonly path: string | null }, ChangedView>;
  /** Seconds, 0 to 3600, that I/O without a path may wait from now on. */
  readonly '/v1/end-queueing': Post<{ readonly seconds: number }, ChangedView>;
  /** "all", "host3" or a path number. */
  readonly '/v1/rescan': Post<{ readonly scope: string }, RescanView>;
  /** On both sockets: it changes nothing. */
  readonly '/v1/import/preview': Post<ImportBody, ImportPreviewView>;
  readonly '/v1/import': Post<ImportBody, ImportedView>;
  /** Tries at once what `/v1/plan` shows. */
  readonly '/v1/plan/apply': Post<Record<string, never>, PlanResultView>;
  /** Answered when the array has done it; it may take as long as storage takes to answer. */
  readonly '/v1/reservations': Post<ReservationRequest, ReservationView>;
  readonly '/v1/reports': Post<ReportBody, Record<string, never>>;
  /** The watcher's answer to event `reservation` of its stream. */
  readonly '/v1/reservation-answers': Post<ReservationAnswer, Record<string, never>>;
}

/** `settings` as GET /v1/export gives them; every part but the version may be left out. */
export interface ImportBody {
  readonly settings: unknown;
  readonly skipMissing: boolean;
  readonly force: boolean;
}

/** Settings to change; what is left out stays as it is. */
export interface SettingsChange {
  readonly failback?: SettingsView['failback'];
  readonly cluster?: boolean;
  /** Balanced units are allowed in cluster mode; only together with `cluster: true`. */
  readonly clusterBalancing?: boolean;
  readonly watcher?: Partial<SettingsView['watcher']>;
}

/** PATCH routes: on the control socket. */
export interface PatchRoutes {
  readonly '/v1/settings': Post<SettingsChange, SettingsView>;
}

/** Event streams. `/v1/watcher` also tells the controller that the path watcher is there. */
export type StreamRoute = '/v1/events' | '/v1/watcher';

/** The body of every 4xx and 5xx answer. */
export interface ErrorView {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly facts: ErrorFacts };
}
