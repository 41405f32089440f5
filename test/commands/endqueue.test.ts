import { expect } from 'chai';
import { withApi } from '../support/api-double.js';
import { spscmd } from '../support/spscmd.js';

describe('spscmd endqueue', () => {
  for (const [args, seconds] of [
    [[], 0],
    [['30'], 30],
    [['3600'], 3600],
  ] as const) {
    it(`asks for an end after ${String(seconds)} s`, () =>
      withApi({}, async ({ runDir, changes }) => {
        const { status, stdout } = await spscmd(['endqueue', ...args, '--run-dir', runDir]);
        expect([status, stdout]).to.deep.equal([0, '']);
        expect(changes).to.deep.equal([{ request: 'POST /v1/end-queueing', body: { seconds } }]);
      }));
  }

  for (const text of ['3601', '-1', '1.5', 'now', ''])
    it(`refuses ${JSON.stringify(text)}`, () =>
      withApi({}, async ({ runDir, changes }) => {
        const { status, stderr } = await spscmd(['endqueue', '--run-dir', runDir, '--', text]);
        expect(status).to.equal(2);
        expect(stderr).to.include('is not a number of seconds from 0 to 3600');
        expect(changes).to.deep.equal([]);
      }));
});
