import { expect } from 'chai';
import { withApi } from '../support/api-double.js';
import { spscmd } from '../support/spscmd.js';

/** Command line, and the one request that it must become. */
const rows: readonly { readonly words: readonly string[]; readonly request: string; readonly body: unknown }[] = [
  { words: ['avail', '4:0:0:1'], request: 'POST /v1/paths/enable', body: { path: '4:0:0:1' } },
  { words: ['-avail', '4:::'], request: 'POST /v1/paths/enable', body: { path: '4:::' } },
  { words: ['notavail', 'sdc'], request: 'POST /v1/paths/disable', body: { path: 'sdc', force: false } },
  { words: ['notavail', '8:32', '--force'], request: 'POST /v1/paths/disable', body: { path: '8:32', force: true } },
  { words: ['path', '/dev/sdc'], request: 'POST /v1/paths/use', body: { path: '/dev/sdc' } },
  { words: ['-path', '5:0:1:'], request: 'POST /v1/paths/use', body: { path: '5:0:1:' } },
  {
    words: ['-swap', '4:0:0:0', '5:0:1:0'],
    request: 'POST /v1/paths/swap',
    body: { first: '4:0:0:0', second: '5:0:1:0' },
  },
  {
    words: ['priority', '4:0:0:0', '254'],
    request: 'POST /v1/paths/priority',
    body: { path: '4:0:0:0', priority: 254 },
  },
  { words: ['lbmode', 'sdc', '0'], request: 'POST /v1/paths/balance', body: { path: 'sdc', mode: 'none' } },
  { words: ['-lbmode', 'sdc', '1'], request: 'POST /v1/paths/balance', body: { path: 'sdc', mode: 'round-robin' } },
  { words: ['lbmode', 'sdc', '2'], request: 'POST /v1/paths/balance', body: { path: 'sdc', mode: 'queue-length' } },
  { words: ['lbmode', 'sdc', '3'], request: 'POST /v1/paths/balance', body: { path: 'sdc', mode: 'service-time' } },
  {
    words: ['lbmode', 'sdc', '4'],
    request: 'POST /v1/paths/balance',
    body: { path: 'sdc', mode: 'historical-service-time' },
  },
  { words: ['failback', '4:0:0:1'], request: 'POST /v1/paths/failback', body: { path: '4:0:0:1' } },
  { words: ['-failbackall'], request: 'POST /v1/paths/failback', body: { path: null } },
];

describe('spscmd settings of paths', () => {
  for (const { words, request, body } of rows) {
    it(`sends "${words.join(' ')}" as ${request} and prints nothing`, async () => {
      await withApi({}, async ({ runDir, changes }) => {
        const outcome = await spscmd([...words, '--run-dir', runDir]);
        expect(outcome).to.deep.equal({ status: 0, stdout: '', stderr: '' });
        expect(changes).to.deep.equal([{ request, body }]);
      });
    });
  }

  it('gives with --json what was changed', async () => {
    await withApi({}, async ({ runDir }) => {
      const { status, stdout } = await spscmd(['avail', '4:::', '--json', '--run-dir', runDir]);
      expect(status).to.equal(0);
      expect(JSON.parse(stdout)).to.deep.equal({ changed: ['3600000e00d0000000001000000010000'] });
    });
  });
});
