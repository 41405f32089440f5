/** A controller that answers what a test wants, on both of its sockets. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode } from '../../src/base/errors.js';
import type { DoctorView } from '../../src/model/doctor/types.js';
import type { ExplanationView } from '../../src/model/explain/types.js';
import type { PlanResultView, PlanView } from '../../src/model/plan-view.js';
import type { ReservationView } from '../../src/model/reservations/types.js';
import type { HealthView, SettingsView, UnitView } from '../../src/model/view.js';
import { health, settings } from './views.js';

/** What the controller knows, and what it refuses. */
export interface Scene {
  readonly units?: readonly UnitView[];
  readonly settings?: SettingsView;
  readonly health?: HealthView;
  /** What everything is explained with; without it nothing is known. */
  readonly explanation?: ExplanationView;
  readonly plan?: PlanView;
  /** What doctor finds; without it the question is unknown, as to an older controller. */
  readonly doctor?: DoctorView;
  /** What comes of a plan that is tried. */
  readonly planResult?: PlanResultView;
  /** The answer to every action on reservations. */
  readonly reservation?: ReservationView;
  /** Every change is refused so. */
  readonly refusal?: {
    readonly status: number;
    readonly code: ErrorCode | 'FROM_THE_FUTURE';
    readonly message: string;
  };
}

export interface ReceivedChange {
  readonly request: string;
  readonly body: unknown;
}

export interface Api {
  readonly runDir: string;
  /** Changes that came in on the control socket, in order. */
  readonly changes: readonly ReceivedChange[];
  /** What was asked with a query on the status socket, in order. */
  readonly queries: readonly string[];
}

/** Runs `run` while a controller in this state listens. */
export async function withApi(scene: Scene, run: (api: Api) => Promise<void>): Promise<void> {
  const changes: ReceivedChange[] = [];
  const queries: string[] = [];
  const status: RequestListener = (request, answer) => {
    const [route = '', query] = (request.url ?? '').split('?');
    if (query !== undefined) queries.push(request.url ?? '');
    const view = readable(scene, route);
    answer.writeHead(view === undefined ? 404 : 200, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(view ?? unknown(route)));
  };
  const control: RequestListener = (request, answer) => {
    void bodyOf(request).then((body) => {
      changes.push({ request: `${request.method ?? ''} ${request.url ?? ''}`, body });
      const { status: code, value } = changed(scene, request);
      answer.writeHead(code, { 'content-type': 'application/json' });
      answer.end(JSON.stringify(value));
    });
  };
  await withSockets({ 'status.sock': status, 'control.sock': control }, (runDir) => run({ runDir, changes, queries }));
}

/** Runs `run` while these listeners serve the sockets of those names in a folder of their own. */
export async function withSockets(
  listeners: Readonly<Record<string, RequestListener>>,
  run: (runDir: string) => Promise<void>,
): Promise<void> {
  const runDir = mkdtempSync(join(tmpdir(), 'pathmanager-run-'));
  const servers: Server[] = [];
  try {
    for (const [name, listener] of Object.entries(listeners)) {
      const server = createServer(listener).listen(join(runDir, name));
      servers.push(server);
      await once(server, 'listening');
    }
    await run(runDir);
  } finally {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(runDir, { recursive: true, force: true });
  }
}

function unknown(route: string): unknown {
  const [code, message] = route === '/v1/explain' ? ['UNKNOWN_UNIT', 'No such unit'] : ['BAD_REQUEST', 'No such route'];
  return { error: { code, message, facts: {} } };
}

function readable(scene: Scene, route: string): unknown {
  switch (route) {
    case '/v1/units':
      return { sequence: 7, units: scene.units ?? [] };
    case '/v1/settings':
      return scene.settings ?? settings();
    case '/v1/health':
      return scene.health ?? health();
    case '/v1/doctor':
      return scene.doctor;
    case '/v1/plan':
      return scene.plan;
    case '/v1/explain':
      return scene.explanation;
    default:
      return undefined;
  }
}

function changed(scene: Scene, request: IncomingMessage): { status: number; value: unknown } {
  if (scene.refusal !== undefined) {
    const { status, code, message } = scene.refusal;
    return { status, value: { error: { code, message, facts: {} } } };
  }
  if (request.url === '/v1/plan/apply') return { status: 200, value: scene.planResult };
  if (request.url === '/v1/reservations') return { status: 200, value: scene.reservation };
  const value =
    request.method === 'PATCH' ? (scene.settings ?? settings()) : { changed: ['3600000e00d0000000001000000010000'] };
  return { status: 200, value };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += String(part);
  return JSON.parse(text) as unknown;
}
