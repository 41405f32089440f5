import { expect } from 'chai';
import { withApi } from '../support/api-double.js';
import { expectGolden } from '../support/golden.js';
import { openPlan, planDone, planNothing, planResult } from '../support/plans.js';
import { spscmd } from '../support/spscmd.js';

describe('spscmd plan', () => {
  it('shows the steps, the tables, and what they wait for, and asks for nothing', async () => {
    await withApi({ plan: openPlan }, async ({ runDir, changes }) => {
      const { status, stdout, stderr } = await spscmd(['plan', '--run-dir', runDir]);
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
      expectGolden(stdout, 'cli/plan.txt');
      expect(changes).to.deep.equal([]);
    });
  });

  for (const [compared, text] of [
    [0, 'Nothing to do: no logical unit is known'],
    [1, 'Nothing to do: the kernel has what is wanted of the one logical unit'],
    [3, 'Nothing to do: the kernel has what is wanted of all 3 logical units'],
  ] as const) {
    it(`says that nothing is to be done of ${String(compared)}`, async () => {
      await withApi({ plan: planNothing(compared) }, async ({ runDir }) => {
        const outcome = await spscmd(['plan', '--run-dir', runDir]);
        expect(outcome).to.deep.equal({ status: 0, stdout: `${text}\n`, stderr: '' });
      });
    });
  }

  it('tries it with --apply, and ends with 1 where something is left', async () => {
    await withApi({ planResult }, async ({ runDir, changes }) => {
      const { status, stdout, stderr } = await spscmd(['plan', '--apply', '--run-dir', runDir]);
      expect({ status, stderr }).to.deep.equal({ status: 1, stderr: '' });
      expectGolden(stdout, 'cli/plan-apply.txt');
      expect(changes).to.deep.equal([{ request: 'POST /v1/plan/apply', body: {} }]);
    });
  });

  it('ends with 0 where all is done, or nothing was to be', async () => {
    for (const result of [planDone, { at: 1, units: [] }]) {
      await withApi({ planResult: result }, async ({ runDir }) => {
        const { status, stdout } = await spscmd(['plan', '--apply', '--run-dir', runDir]);
        expect(status).to.equal(0);
        expect(stdout).to.match(/^(LogicalUnit #0 "lu0": done\n|Nothing to do: the kernel has what is wanted\n$)/);
      });
    }
  });

  it('gives with --json what the controller answered, with the same exit status', async () => {
    await withApi({ plan: openPlan, planResult }, async ({ runDir }) => {
      const plan = await spscmd(['plan', '--json', '--run-dir', runDir]);
      expect([plan.status, JSON.parse(plan.stdout)]).to.deep.equal([0, openPlan]);
      const applied = await spscmd(['plan', '--apply', '--json', '--run-dir', runDir]);
      expect([applied.status, JSON.parse(applied.stdout)]).to.deep.equal([1, planResult]);
    });
  });
});
