import type { RequestListener, ServerResponse } from 'node:http';
import { expect } from 'chai';
import type { PathManagerError } from '../../../../src/base/errors.js';
import { ApiClient } from '../../../../src/services/api-client/client.js';
import type { StreamEvent } from '../../../../src/services/api-client/event-stream.js';
import { withSockets } from '../../../support/api-double.js';
import { FakeClock, settle } from '../../../support/fake-clock.js';

/** What a stream told, and a promise for its end. */
class Listener {
  readonly events: StreamEvent[] = [];
  readonly ended: Promise<PathManagerError | null>;
  onEnd: (error: PathManagerError | null) => void = () => undefined;
  #waiting: { count: number; resolve: () => void } | null = null;

  constructor() {
    this.ended = new Promise((resolve) => (this.onEnd = resolve));
  }

  readonly onEvent = (event: StreamEvent): void => {
    this.events.push(event);
    if (this.#waiting !== null && this.events.length >= this.#waiting.count) this.#waiting.resolve();
  };

  /** Resolves when so many events have come. */
  count(count: number): Promise<void> {
    if (this.events.length >= count) return Promise.resolve();
    return new Promise((resolve) => (this.#waiting = { count, resolve }));
  }
}

function stream(begin: (answer: ServerResponse, lastEventId: string | undefined) => void): RequestListener {
  return (request, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.flushHeaders();
    begin(answer, request.headers['last-event-id'] as string | undefined);
  };
}

async function withStream(
  listener: RequestListener,
  run: (client: ApiClient, clock: FakeClock) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock();
  await withSockets({ 'status.sock': listener }, (runDir) => run(ApiClient.status(runDir, { clock }), clock));
}

async function failure(promise: Promise<unknown>): Promise<PathManagerError> {
  try {
    await promise;
  } catch (error) {
    return error as PathManagerError;
  }
  throw new Error('expected a rejection');
}

describe('ApiClient.events()', () => {
  it('gives each event with identifier, kind and data, however the bytes arrive', async () => {
    const text = 'id: e.1\nevent: record\ndata: {"detail":"Größe"}\n\nid: e.2\nevent: units\ndata: {"wwids":[]}\n\n';
    const byByte = stream((answer) => {
      for (const byte of Buffer.from(text)) answer.write(Buffer.of(byte));
    });
    await withStream(byByte, async (client) => {
      const listener = new Listener();
      const opened = await client.events(null, listener);
      await listener.count(2);
      expect(listener.events).to.deep.equal([
        { id: 'e.1', kind: 'record', data: { detail: 'Größe' } },
        { id: 'e.2', kind: 'units', data: { wwids: [] } },
      ]);
      opened.close();
    });
  });

  it('asks to go on where it stopped', async () => {
    const asked: (string | undefined)[] = [];
    await withStream(
      stream((answer, id) => {
        asked.push(id);
        answer.end();
      }),
      async (client) => {
        for (const id of [null, 'epoch.17']) {
          const listener = new Listener();
          await client.events(id, listener);
          expect(await listener.ended).to.equal(null);
        }
        expect(asked).to.deep.equal([undefined, 'epoch.17']);
      },
    );
  });

  it('tells of no event after it was closed, and ends once', async () => {
    let answer: ServerResponse | undefined;
    await withStream(
      stream((each) => (answer = each)),
      async (client) => {
        const listener = new Listener();
        let ends = 0;
        const opened = await client.events(null, { onEvent: listener.onEvent, onEnd: () => (ends += 1) });
        opened.close();
        opened.close();
        answer?.write('id: e.1\nevent: record\ndata: 1\n\n');
        await settle();
        expect({ events: listener.events, ends }).to.deep.equal({ events: [], ends: 1 });
      },
    );
  });

  it('ends with NO_ANSWER when the controller is killed in the middle of an event', async () => {
    await withStream(
      stream((answer) => answer.write('id: e.1\ndata: {', () => answer.destroy())),
      async (client) => {
        const listener = new Listener();
        await client.events(null, listener);
        expect((await listener.ended)?.code).to.equal('NO_ANSWER');
        expect(listener.events).to.deep.equal([]);
      },
    );
  });

  it('ends with NO_ANSWER at an event that is not JSON, and tells of none after it', async () => {
    await withStream(
      stream((answer) => answer.write('data: {\n\ndata: 1\n\n')),
      async (client) => {
        const listener = new Listener();
        await client.events(null, listener);
        expect((await listener.ended)?.message).to.contain('an event is not JSON');
        expect(listener.events).to.deep.equal([]);
      },
    );
  });

  it('rejects, and calls no handler, where the controller refuses the stream', async () => {
    const refuse: RequestListener = (_request, answer) => {
      answer.writeHead(403, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ error: { code: 'NOT_PERMITTED', message: 'No', facts: {} } }));
    };
    await withStream(refuse, async (client) => {
      const never = (): never => {
        throw new Error('no handler may be called');
      };
      const error = await failure(client.events(null, { onEvent: never, onEnd: never }));
      expect({ code: error.code, message: error.message }).to.deep.equal({ code: 'NOT_PERMITTED', message: 'No' });
    });
  });

  it('rejects where no controller listens', async () => {
    const error = await failure(ApiClient.status('/nonexistent').events(null, new Listener()));
    expect(error.code).to.equal('NOT_RUNNING');
  });

  it('gives up a controller that does not begin the stream', async () => {
    let arrived = (): void => undefined;
    const asked = new Promise<void>((resolve) => (arrived = resolve));
    await withStream(
      () => arrived(),
      async (client, clock) => {
        const outcome = failure(client.events(null, new Listener()));
        await asked;
        await clock.advance(5000);
        expect((await outcome).code).to.equal('NO_ANSWER');
      },
    );
  });

  it('leaves a stream alone that is silent for long', async () => {
    let answer: ServerResponse | undefined;
    await withStream(
      stream((each) => (answer = each)),
      async (client, clock) => {
        const listener = new Listener();
        const opened = await client.events(null, listener);
        await clock.advance(86_400_000);
        answer?.write('data: 1\n\n');
        await listener.count(1);
        expect(listener.events).to.deep.equal([{ id: null, kind: 'message', data: 1 }]);
        opened.close();
      },
    );
  });
});
