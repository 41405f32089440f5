import { expect } from 'chai';
import type { UnitsView } from '../../src/model/view.js';
import { withApi } from '../support/api-double.js';
import { expectGolden } from '../support/golden.js';
import { spscmd } from '../support/spscmd.js';
import { detailedUnits, path, threeUnits, unit } from '../support/views.js';

describe('spscmd getlun', () => {
  for (const { words, golden } of [
    { words: ['getlun'], golden: 'getlun.txt' },
    { words: ['getlun', '-s0'], golden: 'getlun.txt' },
    { words: ['getlun', '-s1'], golden: 'getlun-s1.txt' },
    { words: ['getlun', '-s2'], golden: 'getlun-s2.txt' },
    { words: ['getlun', '--sort', '2'], golden: 'getlun-s2.txt' },
    { words: ['-getlun', '-s1'], golden: 'getlun-s1.txt' },
  ]) {
    it(`prints ${golden} for "${words.join(' ')}"`, async () => {
      await withApi({ units: threeUnits() }, async ({ runDir }) => {
        const { status, stdout, stderr } = await spscmd([...words, '--run-dir', runDir]);
        expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
        expectGolden(stdout, `cli/${golden}`);
      });
    });
  }

  for (const words of [
    ['getlun', '--verbose'],
    ['-getlun', '-v', '-s0'],
    ['getlun', '-vs0'],
  ]) {
    it(`adds every fact of units and paths for "${words.join(' ')}"`, async () => {
      await withApi({ units: detailedUnits() }, async ({ runDir }) => {
        const { status, stdout, stderr } = await spscmd([...words, '--run-dir', runDir]);
        expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
        expectGolden(stdout, 'cli/getlun-v.txt');
      });
    });
  }

  it('gives with --json the very object that the text is made from, in the same order', async () => {
    await withApi({ units: threeUnits() }, async ({ runDir }) => {
      const { status, stdout } = await spscmd(['getlun', '-s2', '--json', '--run-dir', runDir]);
      expect(status).to.equal(0);
      const view = JSON.parse(stdout) as UnitsView;
      expect(view.units.map(({ number, paths }) => [number, ...paths.map((each) => each.number)])).to.deep.equal([
        [0, '4:0:0:0', '5:0:1:0'],
        [1, '5:0:1:1', '4:0:0:1'],
        [2, '5:0:1:2', '4:0:0:2'],
      ]);
      expect(view.sequence).to.equal(7);
    });
  });

  it('says on standard error that nothing is known, and is done', async () => {
    await withApi({ units: [] }, async ({ runDir }) => {
      const outcome = await spscmd(['getlun', '--run-dir', runDir]);
      expect(outcome).to.deep.equal({ status: 0, stdout: '', stderr: 'spscmd: no logical unit is known\n' });
    });
  });

  it('never lets a control character of a device reach the terminal, as text or as JSON', async () => {
    const evil = '\u001b[2J\u009b31m\u202eDISK\r\n\u007f';
    const hostile = unit(0, [path('4:0:0:0', { targetPort: evil, node: evil, transport: evil, deviceState: evil })], {
      wwid: evil,
      name: evil,
      vendor: evil,
      product: evil,
      revision: evil,
      serial: evil,
      problem: { code: 'DM_IOCTL', message: evil, since: Date.now() },
    });
    await withApi({ units: [hostile] }, async ({ runDir }) => {
      for (const words of [
        ['getlun', '-v'],
        ['getlun', '--json'],
      ]) {
        const { stdout } = await spscmd([...words, '--run-dir', runDir]);
        expect(stdout).to.match(/^[\n\x20-\x7e]+$/);
        expect(stdout).to.contain(words.includes('-v') ? '\\x1b[2J\\x9b31m\\u202eDISK\\x0d\\x0a\\x7f' : 'DISK');
      }
      const { stdout } = await spscmd(['getlun', '--json', '--run-dir', runDir]);
      expect((JSON.parse(stdout) as UnitsView).units[0]?.vendor).to.equal(evil);
    });
  });
});
