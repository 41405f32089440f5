/** Persistent reservations over the API: who gets an order, and what is taken for an answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { pathKey, wwid } from '../../../src/base/ids.js';
import { reservationKey } from '../../../src/base/reservation.js';
import type { LostKey, ReservationAnswer, ReservationOrder } from '../../../src/model/reservations/types.js';
import type { Request } from '../../../src/model/types.js';
import { Attendance } from '../../../src/services/api/attendance.js';
import { EventRing } from '../../../src/services/api/event-ring.js';
import { OrderStream } from '../../../src/services/api/order-stream.js';
import { ApiServer } from '../../../src/services/api/server.js';
import type { ApiService } from '../../../src/services/api/service.js';
import { ApiClient } from '../../../src/services/api-client/client.js';
import type { EventStream, StreamEvent } from '../../../src/services/api-client/event-stream.js';
import { settings } from '../../support/views.js';
import type { StreamRoute } from '../../../src/services/api-client/routes.js';

const lu = wwid('36001405aaaaaaaaaaaaaaaaaaaaaaaaa');
const key = reservationKey('0x1234');
const order = (id: string): ReservationOrder => ({ id, wwid: lu, paths: [], action: { kind: 'read' } });

describe('The API of reservations', () => {
  let runDir = '';
  let server: ApiServer;
  const ring = new EventRing('run1', 8);
  const orders = new OrderStream();
  const answers: ReservationAnswer[] = [];
  const lost: LostKey[] = [];
  const asked: unknown[] = [];
  const requests: Request[] = [];
  let refusal: PathManagerError | null = null;
  const service = {
    ring,
    attendance: new Attendance(),
    settings,
    request: (request) => {
      requests.push(request);
      return Promise.resolve([]);
    },
    report: () => undefined,
    watcherConnected: () => undefined,
    reservations: {
      orders,
      answered: (answer) => void answers.push(answer),
      lost: (keys) => void lost.push(...keys),
      act: (request) => {
        asked.push(request);
        if (refusal !== null) return Promise.reject(refusal);
        return Promise.resolve({ wwid: lu, number: 0, name: 'lu0', key, paths: [], status: null });
      },
    },
  } as Partial<ApiService> as ApiService;
  beforeEach(async () => {
    runDir = mkdtempSync(join(tmpdir(), 'api-'));
    server = await ApiServer.listen(service, runDir);
    for (const list of [answers, lost, asked]) list.length = 0;
    refusal = null;
  });
  afterEach(async () => {
    await server.close();
    rmSync(runDir, { recursive: true });
  });

  interface Reader {
    readonly got: StreamEvent[];
    readonly stream: EventStream;
    /** Waits until the event has come. */
    until(kind: string): Promise<void>;
  }
  const read = async (route: StreamRoute, from: string | null = null): Promise<Reader> => {
    const got: StreamEvent[] = [];
    const waiting: (() => void)[] = [];
    const stream = await ApiClient.control(runDir).events(
      from,
      {
        onEvent: (event) => {
          got.push(event);
          for (const look of waiting) look();
        },
        onEnd: () => undefined,
      },
      route,
    );
    const until = (kind: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (got.some((event) => event.kind === kind)) resolve();
        };
        waiting.push(look);
        look();
      });
    await until('hello');
    return { got, stream, until };
  };
  const kinds = ({ got }: Reader): readonly string[] => got.map((event) => event.kind);

  it('gives an order to the watcher, and to no other reader', async () => {
    const [events, watcher] = [await read('/v1/events'), await read('/v1/watcher')];
    expect(orders.send(order('1'))).to.equal(true);
    ring.push('units', { wwids: [lu] });
    await Promise.all([events.until('units'), watcher.until('units')]);
    expect(kinds(watcher)).to.deep.equal(['hello', 'reservation', 'units']);
    expect(watcher.got[1]?.data).to.deep.equal(order('1'));
    expect(kinds(events)).to.deep.equal(['hello', 'units']);
  });

  it('keeps no order for anybody: one that comes back with what it saw last gets none again', async () => {
    const first = await read('/v1/watcher');
    orders.send(order('1'));
    ring.push('settings', {});
    await first.until('settings');
    // An order has no identifier of its own: nothing can be asked for from there.
    expect(first.got[1]).to.include({ kind: 'reservation', id: null });
    first.stream.close();
    for (const from of ['run1.0', 'run0.7']) {
      const again = await read('/v1/watcher', from);
      await again.until('settings');
      expect(kinds(again)).to.not.include('reservation');
      again.stream.close();
    }
  });

  it('gives an order to the watcher that came last, once', async () => {
    const [old, fresh] = [await read('/v1/watcher'), await read('/v1/watcher')];
    orders.send(order('1'));
    ring.push('units', {});
    await Promise.all([old.until('units'), fresh.until('units')]);
    expect([kinds(old), kinds(fresh)]).to.deep.equal([
      ['hello', 'units'],
      ['hello', 'reservation', 'units'],
    ]);
  });

  it('says that there is no watcher', () => {
    expect(new OrderStream().send(order('1'))).to.equal(false);
  });

  it('takes an answer, checked to the last field', async () => {
    const answer: ReservationAnswer = {
      id: '7',
      error: { code: 'RESERVATION_CONFLICT', message: 'held' },
      paths: [{ key: pathKey('i1', 't1', 0), result: 'taken-away', detail: '' }],
      status: {
        generation: 4,
        keys: [key],
        reservation: { key: null, type: 'write-exclusive-all-registrants' },
        capabilities: null,
        registrants: [{ key, holder: true, allTargetPorts: false, targetPort: 1, initiator: 'fc 0x21' }],
      },
    };
    await ApiClient.control(runDir).post('/v1/reservation-answers', answer);
    expect(answers).to.deep.equal([answer]);
    const wrong = { ...answer, status: { ...answer.status, keys: ['0x0000000000000000'] } };
    await refused(ApiClient.control(runDir).post('/v1/reservation-answers', wrong as never), 'not a reservation key');
    await refused(ApiClient.control(runDir).post('/v1/reservation-answers', { ...answer, more: 1 } as never), '"more"');
    expect(answers).to.have.lengthOf(1);
  });

  it('takes keys that arrays have lost', async () => {
    await ApiClient.control(runDir).post('/v1/reports', { lostKeys: [{ wwid: lu, key }] });
    expect(lost).to.deep.equal([{ wwid: lu, key }]);
    await refused(ApiClient.control(runDir).post('/v1/reports', { lostKeys: [{ wwid: lu, key: '12' }] }), 'lostKeys');
  });

  it('allows balancing in cluster mode only together with the mode', async () => {
    const client = ApiClient.control(runDir);
    await refused(client.patch('/v1/settings', { clusterBalancing: true }), 'goes with cluster mode switched on');
    await refused(client.patch('/v1/settings', { cluster: false, clusterBalancing: true }), 'goes with cluster mode');
    await client.patch('/v1/settings', { cluster: true, clusterBalancing: true });
    await client.patch('/v1/settings', { cluster: true });
    expect(requests).to.deep.equal([
      { kind: 'set-cluster', on: true, balancing: true },
      { kind: 'set-cluster', on: true, balancing: undefined },
    ]);
  });

  it('passes on what an operator asks, and what stands against it', async () => {
    const client = ApiClient.control(runDir);
    const view = await client.post('/v1/reservations', {
      unit: '#0',
      action: 'register',
      key: '0x1234',
      persist: true,
    });
    expect(asked).to.deep.equal([{ unit: '#0', action: 'register', key: '0x1234', persist: true }]);
    expect(view.key).to.equal(key);
    await refused(client.post('/v1/reservations', { unit: '#0', action: 'steal' as never }), 'action');
    refusal = new PathManagerError('KEY_TAKEN_AWAY', 'gone');
    await refused(client.post('/v1/reservations', { unit: '#0', action: 'clear' }), 'gone', 'KEY_TAKEN_AWAY');
    const reader = new ApiClient(join(runDir, 'status.sock'));
    await refused(reader.post('/v1/reservations', { unit: '#0', action: 'read' }), 'only reads', 'NOT_PERMITTED');
  });
});

async function refused(asked: Promise<unknown>, text: string, code = 'BAD_REQUEST'): Promise<void> {
  const error: unknown = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(PathManagerError);
  expect((error as PathManagerError).code).to.equal(code);
  expect((error as PathManagerError).message).to.contain(text);
}
