import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { recordLine } from '../../src/services/logger/record-line.js';
import { withApi } from '../support/api-double.js';
import { compiledRoot, run, spscmd } from '../support/spscmd.js';
import { threeUnits } from '../support/views.js';
import { record } from '../unit/services/logger/records.js';

/** What every command that colours something is asked with here, and a part of its output in colour. */
const rows: readonly (readonly [words: readonly string[], coloured: RegExp])[] = [
  [['getlun', '-v'], /\u001b\[31mX {3}0: Priority=1, PathNumber=4:0:0:1\u001b\[39m/],
  [['events'], /\u001b\[33m[^\n]* WARN  258 [^\n]*\u001b\[39m/],
  [['watch', '--once', '--interval', '0.1'], /\u001b\[31mX Failed [^\n]*\u001b\[39m/],
  [['--help'], /\u001b\[1mUSAGE\u001b\[22m/],
  [['getlun', '--help'], /\u001b\[1mUSAGE\u001b\[22m/],
  [['getlnu'], /\u001b\[31mspscmd:\u001b\[39m There is no command/],
];

describe('Colour of spscmd', function () {
  this.timeout(20_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'colour-'));
    writeFileSync(join(folder, 'spsevent.log'), `${recordLine(record(258), 'r.1')}\n`);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const wordsFor = (words: readonly string[], runDir: string): readonly string[] => {
    if (words.length === 1 && words[0] !== 'events') return words;
    const logDir = words[0] === 'events' ? ['--log-dir', folder] : [];
    return [...words, ...logDir, '--run-dir', runDir];
  };

  for (const [words, coloured] of rows) {
    it(`of "${words.join(' ')}" is there on a terminal alone, and not against NO_COLOR or a dumb one`, async function () {
      // util-linux's script gives the command a terminal of its own.
      if (spawnSync('script', ['--version']).status !== 0) {
        if (this.test !== undefined) this.test.title += ' (skipped: there is no "script" on this machine)';
        this.skip();
      }
      await withApi({ units: threeUnits() }, async ({ runDir }) => {
        const command = wordsFor(words, runDir);
        const line = [process.execPath, join(compiledRoot, 'src/bin/spscmd.js'), ...command].join(' ');
        const onTerminal = async (env: NodeJS.ProcessEnv): Promise<string> =>
          (await run('script', ['-qec', line, '/dev/null'], { env: { TERM: 'xterm', ...env } })).stdout;
        expect(await onTerminal({})).to.match(coloured);
        expect(await onTerminal({ NO_COLOR: '1' })).to.not.contain('\u001b[');
        expect(await onTerminal({ TERM: 'dumb' })).to.not.contain('\u001b[');
        const { stdout, stderr } = await spscmd(command, { env: { TERM: 'xterm' } });
        expect(stdout + stderr).to.not.contain('\u001b[');
      });
    });
  }
});
