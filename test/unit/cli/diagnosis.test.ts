import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { diagnose } from '../../../src/cli/diagnosis.js';
import type { ApiClient } from '../../../src/services/api-client/client.js';
import type { BareMachine } from '../../../src/services/without-controller.js';
import { health } from '../../support/views.js';

const idle: BareMachine = { multipathd: null, multipathLoaded: true, maps: [] };
const view = { at: 1, version: '9.8.7', units: 2, paths: 4, findings: [] };
const absent = new PathManagerError('NOT_RUNNING', 'Controller is not running: start it');

/** A controller that answers each route with what is given, or rejects with it. */
function api(answers: Readonly<Record<string, unknown>>): ApiClient {
  const get = (route: string): Promise<unknown> => {
    const answer = answers[route];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { get } as Partial<ApiClient> as ApiClient;
}
const told = async (client: ApiClient, version: string, bare: BareMachine = idle): Promise<unknown> => {
  const { controller, findings } = await diagnose(client, version, () => bare);
  return [controller?.version, ...findings.map(({ code, severity }) => `${severity} ${code}`)];
};

describe('The diagnosis', () => {
  it("is the controller's where it is of the same version", async () => {
    const client = api({ '/v1/health': health(), '/v1/doctor': view });
    expect(await told(client, '9.8.7')).to.deep.equal(['9.8.7']);
  });

  it('tells of a controller of another version, beside what it finds', async () => {
    const finding = { code: 'x', severity: 'error', what: '', means: '', mend: '', units: [] };
    const client = api({ '/v1/health': health(), '/v1/doctor': { ...view, findings: [finding] } });
    expect(await told(client, '1.0.0')).to.deep.equal(['9.8.7', 'error x', 'warning controller-version']);
  });

  it('tells of one that does not know the question', async () => {
    const unknown = new PathManagerError('BAD_REQUEST', 'The API has no "GET /v1/doctor"');
    const client = api({ '/v1/health': health(), '/v1/doctor': unknown });
    expect(await told(client, '1.0.0')).to.deep.equal(['9.8.7', 'warning controller-version']);
    for (const version of ['9.8.7', '1.0.0']) {
      const broken = api({ '/v1/health': health(), '/v1/doctor': new PathManagerError('INTERNAL', 'broken') });
      await diagnose(broken, version, () => idle).then(
        () => expect.fail('it was not told'),
        (error: unknown) => expect(error).to.have.property('code', 'INTERNAL'),
      );
    }
  });

  it('tells what it can without a controller', async () => {
    const client = api({ '/v1/health': absent });
    expect(await told(client, '1.0.0')).to.deep.equal([undefined, 'error controller-absent']);
    const busy = { multipathd: 'multipathd (process 7) runs', multipathLoaded: false, maps: ['lu0'] };
    expect(await told(client, '1.0.0', busy)).to.deep.equal([
      undefined,
      'error controller-absent',
      'error multipathd-runs',
      'warning maps-unattended',
      'info multipath-not-loaded',
    ]);
  });

  it('leaves to others what is no finding', async () => {
    const denied = new PathManagerError('NOT_PERMITTED', 'no');
    await diagnose(api({ '/v1/health': denied }), '1', () => idle).then(
      () => expect.fail('it was not told'),
      (error: unknown) => expect(error).to.equal(denied),
    );
  });
});
