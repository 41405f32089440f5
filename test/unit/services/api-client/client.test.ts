import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PathManagerError } from '../../../../src/base/errors.js';
import { ApiClient } from '../../../../src/services/api-client/client.js';
import { withSockets } from '../../../support/api-double.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { settings } from '../../../support/views.js';

/** Runs `run` with a client of a server that does `listener`. */
async function withClient(
  listener: RequestListener,
  run: (client: ApiClient, clock: FakeClock) => Promise<void>,
): Promise<void> {
  const clock = new FakeClock();
  await withSockets({ 'control.sock': listener }, (runDir) => run(ApiClient.control(runDir, { clock }), clock));
}

async function failure(promise: Promise<unknown>): Promise<PathManagerError> {
  try {
    await promise;
  } catch (error) {
    return error as PathManagerError;
  }
  throw new Error('expected a rejection');
}

const json =
  (status: number, value: unknown): RequestListener =>
  (_request, answer) => {
    answer.writeHead(status, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(value));
  };

describe('ApiClient', () => {
  it('uses the socket of its right', () => {
    expect(ApiClient.status('/run/x').socketPath).to.equal('/run/x/status.sock');
    expect(ApiClient.control('/run/x').socketPath).to.equal('/run/x/control.sock');
  });

  it('gives the value of the answer and leaves no timer behind', async () => {
    await withClient(json(200, settings()), async (client, clock) => {
      expect(await client.get('/v1/settings')).to.deep.equal(settings());
      expect(clock.pending).to.deep.equal([]);
    });
  });

  it('keeps characters whole that arrive in two parts', async () => {
    const bytes = Buffer.from(JSON.stringify({ name: 'Größe' }));
    const cut = bytes.indexOf(0xc3) + 1;
    const inTwoParts: RequestListener = (_request, answer) => {
      answer.write(bytes.subarray(0, cut), () => answer.end(bytes.subarray(cut)));
    };
    await withClient(inTwoParts, async (client) => {
      expect(await client.get('/v1/settings')).to.deep.equal({ name: 'Größe' });
    });
  });

  it('gives up a read after 5 s and a change after 30 s, and says that the change may still be done', async () => {
    let arrived = (): void => undefined;
    await withClient(
      () => arrived(),
      async (client, clock) => {
        for (const { ask, seconds } of [
          { ask: () => client.get('/v1/units'), seconds: 5 },
          { ask: () => client.patch('/v1/settings', { cluster: true }), seconds: 30 },
        ]) {
          const asked = new Promise<void>((resolve) => (arrived = resolve));
          const outcome = failure(ask());
          await asked;
          await clock.advance(seconds * 1000 - 1);
          expect(clock.pending).to.deep.equal(['api answer']);
          await clock.advance(1);
          const error = await outcome;
          expect(error.code).to.equal('NO_ANSWER');
          expect(error.message).to.contain(`within ${String(seconds)} s`);
          expect(error.message.includes('may still be carried out')).to.equal(seconds === 30);
        }
      },
    );
  });

  it('gives up an answer that begins and never ends', async () => {
    let begun = (): void => undefined;
    const trickle: RequestListener = (_request, answer) => {
      answer.writeHead(200);
      answer.write('{"units":', () => begun());
    };
    await withClient(trickle, async (client, clock) => {
      const sent = new Promise<void>((resolve) => (begun = resolve));
      const outcome = failure(client.get('/v1/units'));
      await sent;
      await clock.advance(5000);
      expect((await outcome).message).to.contain('did not answer');
    });
  });

  it('takes an answer that breaks off for none', async () => {
    const broken: RequestListener = (_request, answer) => {
      answer.writeHead(200, { 'content-length': 100 });
      answer.write('{', () => answer.destroy());
    };
    await withClient(broken, async (client) => {
      const error = await failure(client.get('/v1/units'));
      expect(error.code).to.equal('NO_ANSWER');
      expect(error.message).to.contain('broke off');
    });
  });

  it("passes on the controller's error with code, text and facts", async () => {
    const answered = { error: { code: 'PRIORITY_TAKEN', message: 'Taken', facts: { priority: 3 } } };
    await withClient(json(409, answered), async (client) => {
      const error = await failure(client.post('/v1/paths/priority', { path: '4:0:0:0', priority: 3 }));
      expect({ code: error.code, message: error.message, facts: error.facts }).to.deep.equal({
        code: 'PRIORITY_TAKEN',
        message: 'Taken',
        facts: { priority: 3, status: 409 },
      });
    });
  });

  for (const [what, value] of [
    ['no error object', { oops: 1 }],
    ['null', null],
    ['an error without a text', { error: { code: 'LAST_PATH' } }],
  ] as const) {
    it(`does not trust an error answer with ${what}`, async () => {
      await withClient(json(500, value), async (client) => {
        const error = await failure(client.get('/v1/units'));
        expect(error.code).to.equal('NO_ANSWER');
        expect(error.message).to.contain('HTTP status 500');
      });
    });
  }

  it('takes no code from the names that every object has', async () => {
    await withClient(json(500, { error: { code: 'constructor', message: 'x', facts: {} } }), async (client) => {
      expect((await failure(client.get('/v1/units'))).code).to.equal('INTERNAL');
    });
  });

  it('measures the socket path in bytes, as the kernel does', async () => {
    const folder = join('/', 'ü'.repeat(47));
    const error = await failure(ApiClient.status(folder).get('/v1/health'));
    expect(error.code).to.equal('NOT_RUNNING');
    const longer = await failure(ApiClient.status(`${folder}ü`).get('/v1/health'));
    expect(longer.code).to.equal('BAD_REQUEST');
  });
});
