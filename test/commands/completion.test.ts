import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandNames } from '../../src/cli/command-names.js';
import { withApi } from '../support/api-double.js';
import { completionsOf } from '../support/bash-completion.js';
import { compiledRoot, run, spscmd } from '../support/spscmd.js';
import { path, threeUnits, unit } from '../support/views.js';
import { zshCompletionsOf } from '../support/zsh-completion.js';

/** Skips, and says why, where the machine has no such shell. */
function needs(context: Mocha.Context, shell: string): void {
  if (spawnSync(shell, ['--version']).status === 0) return;
  if (context.test !== undefined) context.test.title += ` (skipped: there is no ${shell} on this machine)`;
  context.skip();
}

describe('spscmd completion', function () {
  this.timeout(20_000);
  let folder = '';
  let program = '';
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'completion-'));
    program = join(folder, 'spscmd');
    writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${join(compiledRoot, 'src/bin/spscmd.js')} "$@"\n`);
    chmodSync(program, 0o755);
    mkdirSync(join(folder, 'settings.d'));
    writeFileSync(join(folder, 'settings.yaml'), '');
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { status, stdout, stderr } = await spscmd(['completion', shell]);
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
      writeFileSync(join(folder, `completion.${shell}`), stdout);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const script = (shell: string): string => join(folder, `completion.${shell}`);

  describe('lists what is here now', () => {
    const hostile = unit(3, [path('6:0:0:3')], { name: 'data', vendor: 'N\u001b[31mEC\t', product: '' });

    for (const [kind, lines] of [
      [
        'paths',
        ['4:0:0:0\tLogicalUnit #0, In use, priority 2, sda', '6:0:0:3\tLogicalUnit #3, Active, priority 1, sda'],
      ],
      ['units', ['0\tlu0, NEC DISK ARRAY', '3\tdata, N\\x1b[31mEC\\x09']],
      ['names', ['lu0\tLogicalUnit #0, NEC DISK ARRAY', 'data\tLogicalUnit #3, N\\x1b[31mEC\\x09']],
    ] as const) {
      it(`${kind}, a line each`, async () => {
        await withApi({ units: [hostile, ...threeUnits()] }, async ({ runDir }) => {
          const { status, stdout, stderr } = await spscmd(['completion', kind, '--run-dir', runDir]);
          expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
          expect(stdout.split('\n')).to.include.members(lines);
          expect(stdout.split('\n')).to.have.length(kind === 'paths' ? 8 : 5);
        });
      });
    }

    it('as objects with --json', async () => {
      await withApi({ units: [hostile] }, async ({ runDir }) => {
        const { stdout } = await spscmd(['completion', 'units', '--json', '--run-dir', runDir]);
        expect(JSON.parse(stdout)).to.deep.equal([{ word: '3', meaning: 'data, N\\x1b[31mEC\\x09' }]);
      });
    });

    it('nothing where there is nothing', async () => {
      await withApi({}, async ({ runDir }) => {
        expect(await spscmd(['completion', 'paths', '--run-dir', runDir])).to.deep.equal({
          status: 0,
          stdout: '',
          stderr: '',
        });
      });
    });

    it('and says in one line what it cannot list', async () => {
      const { status, stderr } = await spscmd(['completion', 'tcsh']);
      expect([status, stderr]).to.deep.equal([
        2,
        'spscmd: "tcsh" is no shell and nothing to list; give one of bash, zsh, fish, paths, units, names\n',
      ]);
    });
  });

  describe('for bash', () => {
    const everyPath = ['4:0:0:0', '5:0:1:0', '4:0:0:1', '5:0:1:1', '4:0:0:2', '5:0:1:2'];
    const common = ['--run-dir', '--json', '--help', '-h'];

    /** What stands before the cursor, and what must be offered; RUN is the controller's folder. */
    const rows: readonly (readonly [line: string, offered: readonly string[]])[] = [
      ['spscmd ', [...commandNames, 'help']],
      ['spscmd get', commandNames.filter((name) => name.startsWith('get'))],
      ['spscmd -getm', ['-getmode', '-getmscsmode']],
      ['spscmd help setf', ['setfbmode']],
      ['spscmd getlun -', ['--verbose', '-v', '--sort', '-s', ...common]],
      ['spscmd -getlun --sort ', ['0', '1', '2']],
      ['spscmd getlun -s ', ['0', '1', '2']],
      ['spscmd events --level=w', ['warning']],
      ['spscmd events --level warning --f', ['--follow']],
      ['spscmd setfbmode ', ['Active', 'Standby']],
      ['spscmd setmscsmode E', ['Enable']],
      ['spscmd lbmode 4:0:0:0 ', ['0', '1', '2', '3', '4']],
      ['spscmd reserve pr', ['preempt', 'preempt-abort']],
      ['spscmd reserve read --run-dir RUN lu', ['lu0', 'lu1', 'lu2']],
      ['spscmd reserve reserve lu0 --type write-exclusive-a', ['write-exclusive-all-registrants']],
      ['spscmd priority 4:0:0:0 ', []],
      ['spscmd avail 4:0:0:0 ', []],
      ['spscmd nothing ', []],
      ['spscmd nothing -', []],
      ['spscmd avail --run-dir RUN ', everyPath],
      // What stands before the last colon is not repeated: for bash it is another word.
      ['spscmd notavail --force --run-dir RUN 4:0:0:', ['0', '1', '2']],
      ['spscmd notavail --force --run-dir RUN 4', ['4:0:0:0', '4:0:0:1', '4:0:0:2']],
      ['spscmd swap --run-dir=RUN 4:0:0:0 5:0:1:1', ['1']],
      ['spscmd events --run-dir RUN --path=4:0:0:', ['0', '1', '2']],
      ['spscmd events --run-dir RUN --path 5:0', ['0:1:0', '0:1:1', '0:1:2']],
      ['spscmd events --run-dir RUN --lu ', ['0', '1', '2']],
      ['spscmd explain --run-dir RUN l', ['lu0', 'lu1', 'lu2']],
      ['spscmd avail --run-dir RUN -- 5:0:1:', ['0', '1', '2']],
      ['spscmd rescan --run-dir RUN ', ['all', ...everyPath]],
      ['spscmd avail --run-dir /nonexistent ', []],
      ['spscmd import se', ['settings.d', 'settings.yaml']],
      ['spscmd getlun --run-dir s', ['settings.d']],
      ['spscmd getlun --run-dir=s', ['settings.d']],
    ];

    it('offers what fits the place', async () => {
      await withApi({ units: threeUnits() }, async ({ runDir }) => {
        const lines = rows.map(([line]) => line.replace('RUN', runDir));
        const offered = await completionsOf(script('bash'), program, lines, { cwd: folder });
        expect(rows.map(([line], index) => [line, offered[index]?.toSorted()])).to.deep.equal(
          rows.map(([line, wanted]) => [line, wanted.toSorted()]),
        );
      });
    });

    it('gives whole words where colons end none', async () => {
      await withApi({ units: threeUnits() }, async ({ runDir }) => {
        const lines = [`spscmd avail --run-dir ${runDir} 4:0:0:`, `spscmd events --run-dir ${runDir} --path=5:0:1:2`];
        expect(await completionsOf(script('bash'), program, lines, { wordBreaks: ' \t\n' })).to.deep.equal([
          ['4:0:0:0', '4:0:0:1', '4:0:0:2'],
          ['--path=5:0:1:2'],
        ]);
      });
    });

    it('runs nothing that a name holds', async () => {
      const units = [unit(0, [path('4:0:0:0')], { name: '$(touch$IFS/tmp/x)`id`' })];
      await withApi({ units }, async ({ runDir }) => {
        const lines = [`spscmd explain --run-dir ${runDir} `];
        expect(await completionsOf(script('bash'), program, lines)).to.deep.equal([['4:0:0:0', '0']]);
      });
    });
  });

  describe('for zsh', () => {
    it('is understood', function () {
      needs(this, 'zsh');
      const { status, stderr } = spawnSync('zsh', ['-n', script('zsh')], { encoding: 'utf8' });
      expect([status, stderr]).to.deep.equal([0, '']);
    });

    const rows: readonly (readonly [line: string, offered: readonly string[]])[] = [
      ['spscmd getm', ['getmode', 'getmscsmode']],
      ['spscmd setfbmode ', ['Active', 'Standby']],
      ['spscmd lbmode 4:0:0:0 ', ['0', '1', '2', '3', '4']],
      ['spscmd getlun --so', ['--sort']],
      ['spscmd events --level w', ['warning']],
      ['spscmd events --level=w', ['warning']],
      ['spscmd avail --run-dir RUN 4:0:0:', ['4:0:0:0', '4:0:0:1', '4:0:0:2']],
      ['spscmd -swap --run-dir RUN 4:0:0:1 5:0:1:2', ['5:0:1:2']],
      ['spscmd events --run-dir RUN --lu ', ['0', '1', '2']],
      ['spscmd explain --run-dir RUN lu', ['lu0', 'lu1', 'lu2']],
      ['spscmd rescan --run-dir RUN 5:0:1:0', ['5:0:1:0']],
      ['spscmd avail --run-dir /nonexistent ', []],
    ];

    it('offers what fits the place', async function () {
      needs(this, 'zsh');
      await withApi({ units: threeUnits() }, async ({ runDir }) => {
        const lines = rows.map(([line]) => line.replace('RUN', runDir));
        const shell = { folder: mkdtempSync(join(folder, 'zsh-')), path: `${folder}:${process.env['PATH'] ?? ''}` };
        const offered = await zshCompletionsOf(script('zsh'), lines, shell);
        expect(rows.map(([line], index) => [line, offered[index]])).to.deep.equal(
          rows.map(([line, wanted]) => [line, wanted]),
        );
      });
    });
  });

  describe('for fish', () => {
    const rows: readonly (readonly [line: string, offered: readonly string[]])[] = [
      ['spscmd getm', ['getmode\tShow class, failback mode and cluster mode', 'getmscsmode\tShow the cluster mode']],
      ['spscmd setfbmode ', ['Active', 'Standby']],
      ['spscmd lbmode 4:0:0:0 1', ['1\tround robin']],
      ['spscmd avail --run-dir RUN 4:0:0:1', ['4:0:0:1\tLogicalUnit #1, Failed, priority 1, sda']],
      ['spscmd -swap --run-dir=RUN 4:0:0:1 5:0:1:2', ['5:0:1:2\tLogicalUnit #2, In use, priority 2, sda']],
      [
        'spscmd events --run-dir RUN --lu ',
        ['0\tlu0, NEC DISK ARRAY', '1\tlu1, NEC DISK ARRAY', '2\tlu2, NEC DISK ARRAY'],
      ],
      ['spscmd events --run-dir RUN --level w', ['warning\tOnly events of this level and graver ones']],
      ['spscmd import --sk', ['--skip-missing\tLeave out logical units and paths that are not known here']],
      ['spscmd avail --run-dir /nonexistent ', []],
    ];

    it('offers what fits the place', async function () {
      needs(this, 'fish');
      await withApi({ units: threeUnits() }, async ({ runDir }) => {
        const asks = rows.map(([line]) => `complete -C '${line.replace('RUN', runDir)}'; echo ==`);
        const text = [`source ${script('fish')}`, ...asks].join('\n');
        const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, HOME: folder };
        // fish takes no script from the kind of pipe that Node makes.
        writeFileSync(join(folder, 'asks.fish'), text);
        const { stdout, stderr } = await run('fish', ['--no-config', join(folder, 'asks.fish')], { env });
        expect(stderr).to.equal('');
        const offered = stdout.split('==\n').map((part) => part.split('\n').slice(0, -1));
        expect(rows.map(([line], index) => [line, offered[index]])).to.deep.equal(
          rows.map(([line, wanted]) => [line, wanted]),
        );
      });
    });
  });
});
