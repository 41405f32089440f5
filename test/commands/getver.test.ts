import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { withApi } from '../support/api-double.js';
import { projectRoot } from '../support/paths.js';
import { spscmd } from '../support/spscmd.js';

const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };

describe('spscmd getver', () => {
  for (const words of [['getver'], ['-getver'], ['--version']]) {
    it(`tells both versions for "${words.join(' ')}"`, async () => {
      await withApi({}, async ({ runDir }) => {
        expect(await spscmd([...words, '--run-dir', runDir])).to.deep.equal({
          status: 0,
          stdout: `Storage PathManager for Linux ${version}\nController : 9.8.7\n`,
          stderr: '',
        });
      });
    });
  }

  it('tells its own version where no controller runs', async () => {
    const { status, stdout } = await spscmd(['getver', '--run-dir', '/nonexistent']);
    expect({ status, stdout }).to.deep.equal({
      status: 0,
      stdout: `Storage PathManager for Linux ${version}\nController : no answer\n`,
    });
  });

  it('gives both with --json', async () => {
    await withApi({}, async ({ runDir }) => {
      const { stdout } = await spscmd(['getver', '--json', '--run-dir', runDir]);
      expect(JSON.parse(stdout)).to.deep.equal({
        name: 'Storage PathManager for Linux',
        version,
        controller: { version: '9.8.7', ready: true, pid: 4711 },
      });
    });
  });
});
