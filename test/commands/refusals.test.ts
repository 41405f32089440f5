import { expect } from 'chai';
import type { ErrorCode } from '../../src/base/errors.js';
import { withApi } from '../support/api-double.js';
import { spscmd } from '../support/spscmd.js';

interface Row {
  readonly words: readonly string[];
  readonly status: number;
  readonly code: ErrorCode | 'FROM_THE_FUTURE';
  readonly message: string;
  readonly exit: number;
}

/** What the controller may answer, and the exit status that its code must become. */
const rows: readonly Row[] = [
  { words: ['avail', '9:0:0:0'], status: 404, code: 'UNKNOWN_PATH', message: 'No path is "9:0:0:0"', exit: 1 },
  {
    words: ['priority', '4:0:0:0', '3'],
    status: 409,
    code: 'PRIORITY_TAKEN',
    message: 'Priority 3 of LogicalUnit #0 belongs to path 5:0:1:0',
    exit: 1,
  },
  {
    words: ['notavail', '4:::'],
    status: 409,
    code: 'LAST_PATH',
    message: '4:0:0:0 is the last enabled healthy path of LogicalUnit #0; use --force to disable it nevertheless',
    exit: 1,
  },
  { words: ['lbmode', 'sdc', '1'], status: 409, code: 'CLUSTER_MODE', message: 'Cluster mode is on', exit: 1 },
  { words: ['path', 'sdc'], status: 500, code: 'DM_IOCTL', message: 'Cannot load table for "lu0"', exit: 1 },
  { words: ['swap', 'sdc', 'sdd'], status: 400, code: 'BAD_REQUEST', message: 'Request refused', exit: 2 },
  { words: ['failbackall'], status: 503, code: 'NOT_RUNNING', message: 'The watcher is away', exit: 3 },
  { words: ['setfbmode', 'A'], status: 403, code: 'NOT_PERMITTED', message: 'This socket only reads', exit: 4 },
  { words: ['failback', 'sdc'], status: 500, code: 'FROM_THE_FUTURE', message: 'Something new', exit: 1 },
];

describe('spscmd where the controller refuses', () => {
  for (const { words, status, code, message, exit } of rows) {
    it(`passes on ${code} in one line with exit status ${String(exit)}`, async () => {
      await withApi({ refusal: { status, code, message } }, async ({ runDir }) => {
        const outcome = await spscmd([...words, '--run-dir', runDir]);
        expect(outcome).to.deep.equal({ status: exit, stdout: '', stderr: `spscmd: ${message}\n` });
      });
    });
  }

  it('gives the code with --json', async () => {
    const refusal = { status: 404, code: 'UNKNOWN_PATH', message: 'No path is "9:0:0:0"' } as const;
    await withApi({ refusal }, async ({ runDir }) => {
      const { status, stdout, stderr } = await spscmd(['avail', '9:0:0:0', '--json', '--run-dir', runDir]);
      expect({ status, stderr }).to.deep.equal({ status: 1, stderr: '' });
      expect(JSON.parse(stdout)).to.deep.equal({ error: { code: refusal.code, message: refusal.message } });
    });
  });

  it('keeps a message of several lines and control characters to one harmless line', async () => {
    const message = 'Cannot use "\u001b[31mDISK"\n  second line';
    await withApi({ refusal: { status: 500, code: 'SYSCALL', message } }, async ({ runDir }) => {
      const { stderr } = await spscmd(['avail', 'sdc', '--run-dir', runDir]);
      expect(stderr).to.equal('spscmd: Cannot use "\\x1b[31mDISK" second line\n');
    });
  });
});
