import { expect } from 'chai';
import { withApi } from '../support/api-double.js';
import { explanation, leftDisk } from '../support/explanations.js';
import { expectGolden } from '../support/golden.js';
import { spscmd } from '../support/spscmd.js';

describe('spscmd explain', () => {
  for (const { what, words, view, golden } of [
    { what: 'a logical unit with its paths', words: ['explain', 'lu0'], view: explanation(), golden: 'explain-lu.txt' },
    {
      what: 'paths, and disks that are none',
      words: ['-explain', '4:::'],
      view: explanation({ asked: 'paths', disks: [leftDisk] }),
      golden: 'explain-path.txt',
    },
    {
      what: 'a logical unit without any path',
      words: ['explain', '#0'],
      view: explanation({
        units: explanation().units.map((unit) => ({ ...unit, groups: [], next: [], paths: [] })),
      }),
      golden: 'explain-no-path.txt',
    },
  ]) {
    it(`tells of ${what}`, async () => {
      await withApi({ explanation: view }, async ({ runDir, queries }) => {
        const { status, stdout, stderr } = await spscmd([...words, '--run-dir', runDir]);
        expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
        expectGolden(stdout, `cli/${golden}`);
        expect(queries).to.deep.equal([`/v1/explain?name=${encodeURIComponent(words[1] ?? '')}`]);
      });
    });
  }

  it('gives with --json the very object that the text is made from', async () => {
    await withApi({ explanation: explanation() }, async ({ runDir }) => {
      const { status, stdout } = await spscmd(['explain', '0', '--json', '--run-dir', runDir]);
      expect(status).to.equal(0);
      expect(JSON.parse(stdout)).to.deep.equal(explanation());
    });
  });

  it('lets no control character of a device through', async () => {
    const evil = '\u001b[2J\u202eX';
    const [unit] = explanation().units;
    const view = explanation({
      units: [
        { ...unit, name: evil, paths: [{ ...unit?.paths[0], seen: [{ kind: 'event', at: 0, text: evil }] }] },
      ] as never,
      disks: [{ ...leftDisk, node: evil, text: evil }],
    });
    await withApi({ explanation: view }, async ({ runDir }) => {
      const { stdout } = await spscmd(['explain', '0', '--run-dir', runDir]);
      expect(stdout)
        .to.match(/^[\n\x20-\x7e]+$/)
        .and.include('\\x1b[2J\\u202eX');
    });
  });

  it('names what it was asked for where that is nothing', async () => {
    await withApi({}, async ({ runDir }) => {
      const { status, stdout, stderr } = await spscmd(['explain', 'lu9', '--run-dir', runDir]);
      expect({ status, stdout, stderr }).to.deep.equal({ status: 1, stdout: '', stderr: 'spscmd: No such unit\n' });
    });
  });
});
