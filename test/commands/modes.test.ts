import { expect } from 'chai';
import { withApi } from '../support/api-double.js';
import { spscmd } from '../support/spscmd.js';
import { settings } from '../support/views.js';

const other = settings({
  failback: 'standby',
  cluster: true,
  clusterBalancing: true,
  watcher: { healthCheck: false, recoveryCheck: false, intervalSec: 3600, thresholdSec: 0, timeoutSec: 1 },
});

const watcherText = (check: string, interval: number, threshold: number, timeout: number): string =>
  `Health check : ${check}\nRecovery check : ${check}\nRequest interval : ${String(interval)} sec\n` +
  `Threshold : ${String(threshold)} sec\nTimeout duration : ${String(timeout)} sec\n`;

/** What each question prints by the default settings, and by others. */
const questions = [
  {
    words: ['getfbmode'],
    standard: 'Failback : Active\n',
    changed: 'Failback : Standby\n',
    json: { failback: 'active' },
  },
  {
    words: ['-getmscsmode'],
    standard: 'MSCS : Disable\n',
    changed: 'MSCS : Enable, with balancing\n',
    json: { cluster: false, clusterBalancing: false },
  },
  {
    words: ['-getmode'],
    standard: '   Class : Enterprise\nFailback : Active\n    MSCS : Disable\n',
    changed: '   Class : Enterprise\nFailback : Standby\n    MSCS : Enable\n',
    json: { class: 'Enterprise', failback: 'active', cluster: false },
  },
  {
    words: ['getwatcher'],
    standard: watcherText('Enable', 60, 60, 120),
    changed: watcherText('Disable', 3600, 0, 1),
    json: { healthCheck: true, recoveryCheck: true, intervalSec: 60, thresholdSec: 60, timeoutSec: 120 },
  },
];

describe('spscmd questions for modes', () => {
  for (const { words, standard, changed, json } of questions) {
    it(`answers "${words.join(' ')}"`, async () => {
      await withApi({}, async ({ runDir }) => {
        expect(await spscmd([...words, '--run-dir', runDir])).to.deep.equal({
          status: 0,
          stdout: standard,
          stderr: '',
        });
        const { stdout } = await spscmd([...words, '--json', '--run-dir', runDir]);
        expect(JSON.parse(stdout)).to.deep.equal(json);
      });
      await withApi({ settings: other }, async ({ runDir }) => {
        expect(await spscmd([...words, '--run-dir', runDir])).to.deep.equal({ status: 0, stdout: changed, stderr: '' });
      });
    });
  }
});

/** Command line, and the settings that it must change. */
const changes: readonly { readonly words: readonly string[]; readonly body: unknown }[] = [
  { words: ['setfbmode', 'Active'], body: { failback: 'active' } },
  { words: ['-setfbmode', 's'], body: { failback: 'standby' } },
  { words: ['setmscsmode', 'ENABLE'], body: { cluster: true, clusterBalancing: false } },
  { words: ['-setmscsmode', 'E', '--with-balancing'], body: { cluster: true, clusterBalancing: true } },
  { words: ['-setmscsmode', 'd'], body: { cluster: false } },
  { words: ['-setwatcher', ':90::'], body: { watcher: { intervalSec: 90 } } },
  {
    words: ['setwatcher', '1:1:0:600'],
    body: { watcher: { healthCheck: true, recoveryCheck: false, intervalSec: 1, thresholdSec: 0, timeoutSec: 600 } },
  },
];

describe('spscmd settings of modes', () => {
  for (const { words, body } of changes) {
    it(`sends "${words.join(' ')}" and prints nothing`, async () => {
      await withApi({}, async ({ runDir, changes: received }) => {
        const outcome = await spscmd([...words, '--run-dir', runDir]);
        expect(outcome).to.deep.equal({ status: 0, stdout: '', stderr: '' });
        expect(received).to.deep.equal([{ request: 'PATCH /v1/settings', body }]);
      });
    });
  }

  it('gives with --json the settings as they are now', async () => {
    await withApi({ settings: other }, async ({ runDir }) => {
      const { stdout } = await spscmd(['setfbmode', 'S', '--json', '--run-dir', runDir]);
      expect(JSON.parse(stdout)).to.deep.equal(other);
    });
  });

  it('refuses to allow balancing in a cluster mode that is switched off', async () => {
    await withApi({}, async ({ runDir, changes: received }) => {
      const { status, stderr } = await spscmd(['setmscsmode', 'D', '--with-balancing', '--run-dir', runDir]);
      expect([status, stderr]).to.deep.equal([2, 'spscmd: --with-balancing goes with Enable alone\n']);
      expect(received).to.deep.equal([]);
    });
  });
});
