import { expect } from 'chai';
import { withApi } from '../support/api-double.js';
import { spscmd } from '../support/spscmd.js';

describe('spscmd rescan', () => {
  for (const [args, scope] of [
    [[], 'all'],
    [['host3'], 'host3'],
    [['3:0:1:0'], '3:0:1:0'],
  ] as const) {
    it(`asks for a scan of ${scope}`, () =>
      withApi({}, async ({ runDir, changes }) => {
        const { status } = await spscmd(['rescan', ...args, '--run-dir', runDir]);
        expect(status).to.equal(0);
        expect(changes).to.deep.equal([{ request: 'POST /v1/rescan', body: { scope } }]);
      }));
  }
});
