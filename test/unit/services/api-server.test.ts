import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import type { Request } from '../../../src/model/types.js';
import { Attendance } from '../../../src/services/api/attendance.js';
import { EventRing } from '../../../src/services/api/event-ring.js';
import { OrderStream } from '../../../src/services/api/order-stream.js';
import { ApiServer } from '../../../src/services/api/server.js';
import type { ApiService } from '../../../src/services/api/service.js';
import { ApiClient } from '../../../src/services/api-client/client.js';
import type { StreamEvent } from '../../../src/services/api-client/event-stream.js';
import { health, settings } from '../../support/views.js';

const disk = { node: '', number: '4:0:0:1', devT: '8:0', wwid: '3600', text: '' };

class StubService implements ApiService {
  readonly rescans: string[] = [];
  readonly attendance = new Attendance();
  readonly ring = new EventRing('run1', 8);
  readonly requests: Request[] = [];
  readonly watchers: boolean[] = [];
  refusal: PathManagerError | null = null;
  readonly insight: ApiService['insight'] = {
    explain: (name) => ({ at: 1, asked: 'units', units: [], disks: [{ ...disk, node: name }] }),
    plan: () => ({ at: 1, compared: 2, units: [] }),
    applyPlan: () => Promise.resolve({ at: 2, units: [] }),
    doctor: () => Promise.resolve({ at: 3, version: '1', units: 0, paths: 0, findings: [] }),
  };
  isReady = true;
  readonly health = (): ReturnType<ApiService['health']> => ({ ...health(), ready: this.isReady });
  readonly units = (): ReturnType<ApiService['units']> => ({ sequence: this.ring.sequence, units: [] });
  readonly settings = settings;
  // Tried with a controller behind it in portable-routes.test.ts.
  readonly portable = {} as ApiService['portable'];
  readonly metrics = (): ReturnType<ApiService['metrics']> => Promise.resolve({ type: 'text/plain', text: 'm 1\n' });
  // Tried in reservation-routes.test.ts.
  readonly reservations = {
    orders: new OrderStream(),
    lost: () => undefined,
  } as unknown as ApiService['reservations'];
  readonly report = (): void => undefined;
  request(asked: Request): Promise<readonly never[]> {
    this.requests.push(asked);
    return this.refusal === null ? Promise.resolve([]) : Promise.reject(this.refusal);
  }
  rescan(scope: string): Promise<boolean> {
    this.rescans.push(scope);
    return Promise.resolve(true);
  }

  watcherConnected(connected: boolean): void {
    this.watchers.push(connected);
  }
}

describe('The API', () => {
  let runDir = '';
  let service: StubService;
  let server: ApiServer;
  beforeEach(async () => {
    runDir = mkdtempSync(join(tmpdir(), 'api-'));
    service = new StubService();
    server = await ApiServer.listen(service, runDir);
  });
  afterEach(async () => {
    await server.close();
    rmSync(runDir, { recursive: true });
  });

  const send = (
    socket: 'control' | 'status',
    method: string,
    path: string,
    body?: string,
  ): Promise<{ status: number; body: unknown }> =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      const sent = request(
        { socketPath: join(runDir, `${socket}.sock`), method, path, headers, agent: false },
        (answer) => {
          let text = '';
          answer.on('data', (part: Buffer) => (text += part.toString()));
          answer.on('end', () => {
            resolve({ status: answer.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : text });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  const post = (path: string, body: unknown): ReturnType<typeof send> =>
    send('control', 'POST', path, JSON.stringify(body));

  it('lets anyone read and root alone change', () => {
    expect(statSync(join(runDir, 'status.sock')).mode & 0o777).to.equal(0o666);
    expect(statSync(join(runDir, 'control.sock')).mode & 0o777).to.equal(0o600);
  });

  it('replaces a socket that a killed daemon left', async () => {
    await server.close();
    writeFileSync(join(runDir, 'status.sock'), '');
    server = await ApiServer.listen(service, runDir);
    expect((await send('status', 'GET', '/v1/health')).status).to.equal(200);
  });

  it('is not healthy until the first inventory stands', async () => {
    service.isReady = false;
    expect((await send('status', 'GET', '/v1/health')).status).to.equal(503);
  });

  it('refuses changes on the status socket', async () => {
    const { status, body } = await send('status', 'POST', '/v1/paths/use', '{"path":"sda"}');
    expect([status, body]).to.deep.equal([
      403,
      {
        error: {
          code: 'NOT_PERMITTED',
          message: 'This socket only reads; changes go to control.sock, as root',
          facts: {},
        },
      },
    ]);
    expect(service.requests).to.deep.equal([]);
  });

  it('rescans everything, unless it is told what', async () => {
    expect(await post('/v1/rescan', {})).to.deep.equal({ status: 200, body: { finished: true } });
    await post('/v1/rescan', { scope: 'host3' });
    expect(service.rescans).to.deep.equal(['all', 'host3']);
  });

  it('hands on what was asked, as the model takes it', async () => {
    await post('/v1/paths/priority', { path: '4:0:0:1', priority: 9 });
    await post('/v1/paths/failback', { path: null });
    expect(service.requests).to.deep.equal([
      {
        kind: 'set-priority',
        path: { kind: 'pattern', fields: [4, 0, 0, 1], text: '4:0:0:1' },
        priority: 9,
      },
      { kind: 'failback', path: null },
    ]);
  });

  const wrong: readonly (readonly [string, string, string, string])[] = [
    ['an unknown field', '/v1/paths/use', '{"path":"sda","colour":1}', 'unknown key "colour"'],
    ['a missing field', '/v1/paths/use', '{}', '"path"'],
    ['a field of the wrong kind', '/v1/paths/disable', '{"path":"sda","force":"yes"}', '"force"'],
    ['a mode that there is not', '/v1/paths/balance', '{"path":"sda","mode":"fast"}', '"mode"'],
    ['a text that is not JSON', '/v1/paths/use', '{', 'JSON'],
  ];
  for (const [what, path, body, told] of wrong) {
    it(`refuses ${what} in one line`, async () => {
      const answer = await send('control', 'POST', path, body);
      const { error } = answer.body as { error: { code: string; message: string } };
      expect([answer.status, error.code]).to.deep.equal([400, 'BAD_REQUEST']);
      expect(error.message).to.include(told).and.not.include('\n');
      expect(service.requests).to.deep.equal([]);
    });
  }

  it('refuses a path that is none by its own code', async () => {
    const answer = await post('/v1/paths/use', { path: 'x;y' });
    expect((answer.body as { error: { code: string } }).error.code).to.equal('BAD_PATH_NUMBER');
  });

  it('refuses watcher settings out of range and changes no other setting with them', async () => {
    const answer = await send('control', 'PATCH', '/v1/settings', '{"failback":"standby","watcher":{"intervalSec":0}}');
    expect(answer.status).to.equal(400);
    expect(service.requests).to.deep.equal([]);
  });

  it('explains what is named, to anyone', async () => {
    const { status, body } = await send('status', 'GET', '/v1/explain?name=%234');
    expect([status, body]).to.deep.equal([200, { at: 1, asked: 'units', units: [], disks: [{ ...disk, node: '#4' }] }]);
    for (const query of ['', '?name=', '?name=1&name=2', '?name=1&colour=2']) {
      expect((await send('status', 'GET', `/v1/explain${query}`)).status, query).to.equal(400);
    }
  });

  it('shows what is to be done to anyone, and has it tried by root alone', async () => {
    expect(await send('status', 'GET', '/v1/plan')).to.deep.equal({
      status: 200,
      body: { at: 1, compared: 2, units: [] },
    });
    expect((await send('status', 'POST', '/v1/plan/apply', '{}')).status).to.equal(403);
    expect(await post('/v1/plan/apply', {})).to.deep.equal({ status: 200, body: { at: 2, units: [] } });
    expect((await post('/v1/plan/apply', { force: true })).status).to.equal(400);
  });

  it('tells anyone what doctor finds', async () => {
    expect((await send('status', 'GET', '/v1/doctor')).body).to.deep.equal({
      at: 3,
      version: '1',
      units: 0,
      paths: 0,
      findings: [],
    });
  });

  it('gives the refusal of the model with its status', async () => {
    for (const [code, status] of [
      ['UNKNOWN_PATH', 404],
      ['UNKNOWN_UNIT', 404],
      ['LAST_PATH', 409],
      ['APPLY_PENDING', 504],
      ['DM_IOCTL', 500],
    ] as const) {
      service.refusal = new PathManagerError(code, 'why');
      const answer = await post('/v1/paths/use', { path: 'sda' });
      expect([answer.status, answer.body]).to.deep.equal([status, { error: { code, message: 'why', facts: {} } }]);
    }
  });

  it('makes every change that is asked for with others although none can be saved, and says so', async () => {
    service.refusal = new PathManagerError('NOT_SAVED', 'The change is made, but the state cannot be saved (ENOSPC)');
    const change = { failback: 'standby', cluster: false, watcher: { intervalSec: 90 } };
    const { status, body } = await send('control', 'PATCH', '/v1/settings', JSON.stringify(change));
    expect(status).to.equal(500);
    expect(body).to.have.nested.property('error.code', 'NOT_SAVED');
    expect(service.requests.map(({ kind }) => kind)).to.deep.equal(['set-cluster', 'set-watcher', 'set-failback']);
  });

  it('limits what it takes', async () => {
    const answer = await post('/v1/paths/use', { path: 'a'.repeat(9_000_000) });
    expect((answer.body as { error: { message: string } }).error.message).to.include('too large');
  });

  it('says which request it does not have', async () => {
    expect((await send('control', 'GET', '/v2/units')).body).to.have.nested.property(
      'error.message',
      'The API has no "GET /v2/units"',
    );
  });

  it('streams events from where a reader stopped, and tells what is lost', async () => {
    for (let n = 1; n <= 3; n += 1) service.ring.push('record', n);
    expect(await seen('run1.2', 2)).to.deep.equal(['hello', 'record 3']);
    expect(await seen('run0.2', 5)).to.deep.equal(['hello', 'gap {"missed":null}', 'record 1', 'record 2', 'record 3']);
  });

  it('gives a reader that comes back no identifier before what it missed: it may break off there', async () => {
    for (let n = 1; n <= 3; n += 1) service.ring.push('record', n);
    const ids: (string | null)[] = [];
    await new Promise<void>((resolve) => {
      const onEvent = ({ id }: StreamEvent): void => {
        if (ids.push(id) === 2) resolve();
      };
      void ApiClient.status(runDir).events('run1.1', { onEvent, onEnd: () => undefined });
    });
    expect(ids.slice(0, 2)).to.deep.equal([null, 'run1.2']);
  });

  it('gives no identifier with what is not kept', async () => {
    service.ring.push('record', 1);
    const ids: (string | null)[] = [];
    await new Promise<void>((resolve) => {
      const onEvent = ({ id, kind }: StreamEvent): void => {
        ids.push(id);
        if (kind === 'hello') service.ring.tell('probe', {});
        else resolve();
      };
      void ApiClient.status(runDir).events(null, { onEvent, onEnd: () => undefined });
    });
    expect(ids).to.deep.equal(['run1.1', null]);
  });

  it('streams live, and knows when the watcher comes and goes', async () => {
    const events: string[] = [];
    const ended = new Promise<void>((resolve) => {
      void ApiClient.control(runDir)
        .events(
          null,
          {
            onEvent: (event) => {
              events.push(event.kind);
              if (event.kind === 'hello') service.ring.push('units', { wwids: [] });
              if (event.kind === 'units') stream?.close();
            },
            onEnd: () => resolve(),
          },
          '/v1/watcher',
        )
        .then((opened) => (stream = opened));
    });
    let stream: { close(): void } | undefined;
    await ended;
    expect(events).to.deep.equal(['hello', 'units']);
    expect(service.watchers[0]).to.equal(true);
  });

  it('knows by name and version who reads a stream', async () => {
    const client = ApiClient.status(runDir, { agent: 'ispmlogger/1.2.3' });
    const stream = await client.events(null, { onEvent: () => undefined, onEnd: () => undefined });
    expect(service.attendance.versions('ispmlogger')).to.deep.equal(['1.2.3']);
    stream.close();
    while (service.attendance.versions('ispmlogger').length > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('ends at once although streams are open', async () => {
    const ended = new Promise<void>((resolve) => {
      void ApiClient.status(runDir).events(null, { onEvent: () => void server.close(), onEnd: () => resolve() });
    });
    await ended;
    expect(existsSync(join(runDir, 'status.sock'))).to.equal(false);
  });

  /** The first `count` events that a reader gets who comes back with this identifier. */
  async function seen(lastEventId: string, count: number): Promise<string[]> {
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      const onEvent = ({ kind, data }: StreamEvent): void => {
        if (events.length >= count) return;
        events.push(kind === 'hello' ? kind : `${kind} ${JSON.stringify(data)}`);
        if (events.length === count) resolve();
      };
      void ApiClient.status(runDir).events(lastEventId, { onEvent, onEnd: () => undefined });
    });
    return events;
  }
});
