/** The routes that change something, and those of the path watcher: on the control socket alone. */
import type { FastifyInstance } from 'fastify';
import { hasCode, PathManagerError } from '../../base/errors.js';
import { wwid, type PathKey } from '../../base/ids.js';
import { parsePathSelector } from '../../model/path-selector.js';
import type { LostKey } from '../../model/reservations/types.js';
import type { Request, WatcherSettings } from '../../model/types.js';
import { bodies, parseBody } from './schemas.js';
import type { ApiService } from './service.js';
import { sendOrders, streamEvents } from './stream.js';

export function changeRoutes(server: FastifyInstance, service: ApiService): void {
  const change = (route: string, read: (body: unknown) => Request): void => {
    server.post(`/v1/paths/${route}`, async (request) => ({ changed: await service.request(read(request.body)) }));
  };
  change('enable', (body) => ({ kind: 'enable', path: pathOf(parseBody(bodies.path, body).path) }));
  change('use', (body) => ({ kind: 'use', path: pathOf(parseBody(bodies.path, body).path) }));
  change('disable', (body) => {
    const { path, force } = parseBody(bodies.disable, body);
    return { kind: 'disable', path: pathOf(path), force };
  });
  change('swap', (body) => {
    const { first, second } = parseBody(bodies.swap, body);
    return { kind: 'swap', first: pathOf(first), second: pathOf(second) };
  });
  change('priority', (body) => {
    const { path, priority } = parseBody(bodies.priority, body);
    return { kind: 'set-priority', path: pathOf(path), priority };
  });
  change('balance', (body) => {
    const { path, mode } = parseBody(bodies.balance, body);
    return { kind: 'set-balance', path: pathOf(path), mode };
  });
  change('failback', (body) => {
    const { path } = parseBody(bodies.failback, body);
    return { kind: 'failback', path: path === null ? null : pathOf(path) };
  });
  server.post('/v1/end-queueing', async (request) => ({
    changed: await service.request({ kind: 'end-queueing', ...parseBody(bodies.endQueueing, request.body) }),
  }));
  server.post('/v1/rescan', async (request) => {
    return { finished: await service.rescan(parseBody(bodies.rescan, request.body).scope) };
  });
  server.patch('/v1/settings', async (request) => {
    await allOf(service, settingsRequests(parseBody(bodies.settings, request.body)));
    return service.settings();
  });
  watcherRoutes(server, service);
}

function watcherRoutes(server: FastifyInstance, service: ApiService): void {
  server.post('/v1/reports', (request) => {
    const { probes, access, nextRoundMs, lostKeys } = parseBody(bodies.report, request.body);
    service.report(
      // The key came from this controller; one that it does not know is ignored by the model.
      probes.map((probe) => ({ ...probe, wwid: wwid(probe.wwid), key: probe.key as PathKey })),
      access.map((each) => ({ ...each, wwid: wwid(each.wwid) })),
      nextRoundMs,
    );
    service.reservations.lost(lostKeys.map((each) => ({ wwid: wwid(each.wwid), key: each.key as LostKey['key'] })));
    return {};
  });
  server.get('/v1/watcher', (request, reply) => {
    reply.hijack();
    const leave = service.attendance.come(request.headers['user-agent']);
    streamEvents(service.ring, request.raw, reply.raw, () => {
      orders.close();
      leave();
      service.watcherConnected(false);
    });
    const orders = sendOrders(service.reservations.orders, reply.raw);
    // Last: it gets orders as soon as it is known.
    service.watcherConnected(true);
  });
}

/** One after the other: the first that is refused ends it. One that is only not saved is made, and so are the others. */
async function allOf(service: ApiService, requests: readonly Request[]): Promise<void> {
  let notSaved: unknown = null;
  for (const each of requests) {
    try {
      await service.request(each);
    } catch (error) {
      if (!hasCode(error, 'NOT_SAVED')) throw error;
      notSaved = error;
    }
  }
  if (notSaved !== null) throw notSaved as PathManagerError;
}

const pathOf = parsePathSelector;

interface SettingsBody {
  readonly failback?: 'active' | 'standby' | undefined;
  readonly cluster?: boolean | undefined;
  readonly clusterBalancing?: boolean | undefined;
  readonly watcher?: { readonly [Field in keyof WatcherSettings]?: WatcherSettings[Field] | undefined } | undefined;
}

/** Cluster mode first: it alone can still be refused (the schema has checked the rest), so nothing is half done. */
function settingsRequests(body: SettingsBody): readonly Request[] {
  const requests: Request[] = [];
  const { cluster, clusterBalancing: balancing } = body;
  if (balancing === true && cluster !== true) {
    throw new PathManagerError('BAD_REQUEST', 'Request refused: "clusterBalancing" goes with cluster mode switched on');
  }
  if (cluster !== undefined) requests.push({ kind: 'set-cluster', on: cluster, balancing });
  if (body.watcher !== undefined) requests.push({ kind: 'set-watcher', watcher: defined(body.watcher) });
  if (body.failback !== undefined) requests.push({ kind: 'set-failback', mode: body.failback });
  if (requests.length === 0) throw new PathManagerError('BAD_REQUEST', 'Request refused: no setting is named');
  return requests;
}

function defined<T extends object>(fields: T): { [Field in keyof T]?: Exclude<T[Field], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
