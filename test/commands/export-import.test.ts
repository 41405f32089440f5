import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { mapName, unitNumber } from '../../src/base/ids.js';
import { expectGolden } from '../support/golden.js';
import { Machine, MemoryStore, pathFacts, selector, unitA, unitB } from '../support/machine.js';
import { withMachineApi } from '../support/machine-api.js';
import { savedState } from '../support/saved-state.js';
import { type Outcome, spscmd } from '../support/spscmd.js';

/** What a hostile disk calls itself, to leave the comment that it stands in. */
const vendor = 'NEC\nfailback: standby # \u001b[31m\u2028x: 1';

describe('spscmd export and import', function () {
  this.timeout(20_000);
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'export-'));
    file = join(folder, 'paths.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** One unit of three paths of which one has gone, and one unit that is not here. */
  async function withController(
    run: (cmd: (...words: readonly string[]) => Promise<Outcome>, machine: Machine) => Promise<void>,
  ): Promise<void> {
    const store = new MemoryStore();
    const { units, ...rest } = savedState();
    const away = units.map((unit) => ({ ...unit, wwid: unitB, number: unitNumber(1), name: mapName('lu1') }));
    store.saved = { ...rest, units: away };
    const machine = new Machine('', { kernel: new Machine().kernel, store });
    const ports = [0, 1, 2].map((port) => pathFacts(unitA, port, 0, { vendor }));
    await machine.add(...ports);
    await machine.start();
    for (const gone of ports.slice(2)) await machine.remove(gone);
    await withMachineApi(machine, (runDir) => run((...words) => spscmd([...words, '--run-dir', runDir]), machine));
  }

  const done = { status: 0, stdout: '', stderr: '' };
  const unchanged = { status: 0, stdout: '', stderr: 'spscmd: nothing to change\n' };

  it('writes every setting, with what a device says of itself kept in its comment', async () => {
    await withController(async (cmd) => {
      const { status, stdout, stderr } = await cmd('export');
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
      expectGolden(stdout, 'cli/export.txt');
      writeFileSync(file, stdout);
      expect(await cmd('import', file)).to.deep.equal(unchanged);
    });
  });

  it('writes a file for its owner alone, whole, and leaves nothing beside it', async () => {
    await withController(async (cmd) => {
      expect(await cmd('export', file)).to.deep.equal(done);
      expect(readFileSync(file, 'utf8')).to.equal((await cmd('export')).stdout);
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      expect(readdirSync(folder)).to.deep.equal(['paths.yaml']);
    });
  });

  it('replaces a file only where it is forced, a link by its target, and what is no file never', async () => {
    await withController(async (cmd) => {
      const link = join(folder, 'link');
      symlinkSync(file, link);
      writeFileSync(file, 'mine');
      expect(await cmd('export', link)).to.deep.equal({
        status: 1,
        stdout: '',
        stderr: `spscmd: "${link}" is there already; name another one, or use --force to replace it\n`,
      });
      expect(readFileSync(file, 'utf8')).to.equal('mine');
      expect(await cmd('export', link, '--force')).to.deep.equal(done);
      expect(readFileSync(file, 'utf8')).to.match(/^# Settings/);
      expect(readdirSync(folder).sort()).to.deep.equal(['link', 'paths.yaml']);
      for (const other of [folder, '/dev/null']) {
        expect(await cmd('export', other, '--force')).to.deep.equal({
          status: 1,
          stdout: '',
          stderr: `spscmd: "${other}" is there and is no file; name another one\n`,
        });
      }
      for (const [place, code] of [
        [join(folder, 'none/x'), 'ENOENT'],
        ['/proc/x', 'ENOENT'],
        [join(file, 'x'), 'ENOTDIR'],
      ] as const) {
        const stderr = `spscmd: Cannot write "${place}": ${code}\n`;
        expect(await cmd('export', place)).to.deep.equal({ status: 1, stdout: '', stderr });
      }
    });
  });

  it('gives with --json an object that can be imported as it is', async () => {
    await withController(async (cmd) => {
      const { stdout } = await cmd('export', '--json');
      expect(Object.keys((JSON.parse(stdout) as { units: object }).units)).to.deep.equal([unitA, unitB]);
      writeFileSync(file, stdout);
      expect(await cmd('import', file)).to.deep.equal(unchanged);
    });
  });

  it('shows what has been changed since, and changes it back with --apply alone', async () => {
    await withController(async (cmd, machine) => {
      await cmd('export', file);
      await machine.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'none' });
      await machine.request({ kind: 'set-priority', path: selector('0:0:0:0'), priority: 9 });
      await machine.request({ kind: 'disable', path: selector('1:0:0:0'), force: false });
      await machine.request({ kind: 'set-watcher', watcher: { intervalSec: 90 } });
      const { state } = machine.controller;
      const lines = [
        'watcher.intervalSec 90 -> 60',
        'LogicalUnit #0: balance none -> service-time',
        'LogicalUnit #0, path 0:0:0:0: priority 9 -> 3',
        'LogicalUnit #0, path 1:0:0:0: enabled false -> true',
        '',
      ].join('\n');
      expect(await cmd('import', file)).to.deep.equal({
        status: 0,
        stdout: lines,
        stderr: 'spscmd: 4 settings would change; nothing is changed without --apply\n',
      });
      expect(machine.controller.state).to.equal(state);
      expect(await cmd('import', file, '--apply')).to.deep.equal({
        status: 0,
        stdout: lines,
        stderr: 'spscmd: 4 settings changed\n',
      });
      expect(await cmd('import', file, '--apply')).to.deep.equal(unchanged);
      expect((await cmd('export')).stdout).to.equal(readFileSync(file, 'utf8'));
      expect(machine.states()).to.equal('>>');
    });
  });

  it('says of a name and of a path that is away when they take effect', async () => {
    await withController(async (cmd) => {
      await cmd('export', file);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('"lu0"', '"data"').replace(/\{ priority: 1(.*# away)/, '{ priority: 7$1'));
      const { stdout, stderr } = await cmd('import', file, '--apply');
      expect(stdout).to.equal(
        'LogicalUnit #0: name lu0 -> data (when its map is made anew, at the next start of the machine)\n' +
          'LogicalUnit #0, path i2|t2|0 (away): priority 1 -> 7\n',
      );
      expect(stderr).to.equal('spscmd: 2 settings changed\n');
    });
  });

  it('gives with --json the changes, applied or not', async () => {
    await withController(async (cmd) => {
      writeFileSync(file, '{"version":1,"failback":"standby"}');
      const change = { wwid: null, unit: null, key: null, path: null, setting: 'failback' };
      const changes = [{ ...change, from: 'active', to: 'standby', deferred: false }];
      for (const [words, view] of [
        [[], { applied: false, changes, missing: [] }],
        [['--apply'], { applied: true, changes, missing: [] }],
        [['--apply'], { applied: true, changes: [], missing: [] }],
      ] as const) {
        const { status, stdout, stderr } = await cmd('import', file, '--json', ...words);
        expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
        expect(JSON.parse(stdout)).to.deep.equal(view);
      }
    });
  });

  it('shows what is not known here and takes nothing, unless it is told to leave that out', async () => {
    await withController(async (cmd, machine) => {
      const paths = '{ "x|y|\\u001b0": { priority: 5 } }';
      writeFileSync(
        file,
        `version: 1\nfailback: standby\nunits:\n  3600c0ffee: {}\n  ${unitA}: { paths: ${paths} }\n...`,
      );
      const lines =
        'failback active -> standby\n' +
        'Not known here: logical unit 3600c0ffee\n' +
        'Not known here: path x|y|\\x1b0 of LogicalUnit #0\n';
      const refusal =
        'spscmd: Cannot import: 1 logical unit and 1 path of the settings are not known here; see that they are for this host, or leave them out with --skip-missing\n';
      expect(await cmd('import', file)).to.deep.equal({ status: 1, stdout: lines, stderr: refusal });
      expect(await cmd('import', file, '--apply')).to.deep.equal({ status: 1, stdout: '', stderr: refusal });
      expect(machine.controller.state.settings.failback).to.equal('active');
      const { status, stdout } = await cmd('import', file, '--skip-missing', '--apply');
      expect([status, stdout]).to.deep.equal([0, lines]);
      expect(machine.controller.state.settings.failback).to.equal('standby');
    });
  });

  it('takes the last healthy path out where it is forced', async () => {
    await withController(async (cmd, machine) => {
      await cmd('export', file);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace(/enabled: true(?=.*:0:0:0)/g, 'enabled: false'));
      for (const words of [[], ['--apply']]) {
        const { status, stdout, stderr } = await cmd('import', file, ...words);
        expect([status, stdout]).to.deep.equal([1, '']);
        expect(stderr).to.equal(
          'spscmd: Cannot import: LogicalUnit #0 would have no enabled healthy path; enable another one, or use --force\n',
        );
      }
      expect((await cmd('import', file, '--apply', '--force')).status).to.equal(0);
      expect(machine.states()).to.equal('>@');
    });
  });

  const cut = 'it may have been cut short; where it is whole, end it with a line "..."';
  const bad: readonly (readonly [what: string, content: string | Buffer | null, stderr: RegExp])[] = [
    ['that is not there', null, /: ENOENT$/],
    ['that is empty', '', new RegExp(cut.replaceAll('.', '\\.'))],
    ['of zero bytes as a crash leaves it', Buffer.alloc(4096), /cut short/],
    ['of something else', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]), /it is no UTF-8 text$/],
    ['of another format', 'root:x:0:0:root:/root:/bin/bash\n...\n', /line 1: Invalid input: expected object/],
    ['that is no YAML', 'version: 1\nunits: [\n', /line 3: /],
    ['with a key twice', 'version: 1\ncluster: true\ncluster: false\n...', /line 3: Map keys must be unique$/],
    ['without a version', 'cluster: true\n...', /line 1: "version": not 1, the only version that this release knows$/],
    [
      'of another version',
      '\n\nversion: 2\n...',
      /line 3: "version": not 1, the only version that this release knows$/,
    ],
    [
      'with an unknown key',
      'version: 1\nwatcher:\n  interval: 60\n...',
      /line 3: unknown key "interval" in "watcher"$/,
    ],
    ['with a value of the wrong kind', 'version: 1\ncluster: on\n...', /line 2: "cluster": .*boolean/],
    [
      'with a priority out of range',
      `version: 1\nunits:\n  ${unitA}:\n    paths:\n      i0|t0|0: { enabled: true,\n        priority: 300 }\n...`,
      /line 6: "units\..*\.priority": .*254$/,
    ],
    ['with control characters for a key', 'version: 1\n"\\e[31m\\n": 1\n...', /line 2: unknown key "\\u001b\[31m\\n"$/],
    ['that is too large', `version: 1 #${'x'.repeat(8 * 1024 * 1024)}\n...`, /it has \d+ bytes, at most 8388608$/],
  ];
  for (const [what, content, message] of bad) {
    it(`refuses a file ${what} in one line, and changes nothing`, async () => {
      await withController(async (cmd, machine) => {
        const { state } = machine.controller;
        if (content !== null) writeFileSync(file, content);
        for (const words of [[], ['--apply']]) {
          const { status, stdout, stderr } = await cmd('import', file, ...words);
          expect([status, stdout]).to.deep.equal([1, '']);
          expect(stderr)
            .to.match(/^spscmd: Cannot (import|read) "[^"]*"[^\n]*\n$/)
            .and.not.match(/[\u0000-\u0009\u001b]/);
          expect(stderr.trimEnd()).to.match(message);
        }
        expect(machine.controller.state).to.equal(state);
      });
    });
  }

  it('refuses each file that is an export cut short', async () => {
    await withController(async (cmd) => {
      await cmd('export', file);
      const text = readFileSync(file, 'utf8');
      for (const length of [1, 0.25, 0.5, 0.75].map((part) => Math.floor((text.length - 4) * part))) {
        writeFileSync(file, text.slice(0, length));
        expect((await cmd('import', file, '--apply')).status).to.equal(1);
      }
    });
  });

  it('refuses a folder', async () => {
    await withController(async (cmd) => {
      mkdirSync(file);
      const stderr = `spscmd: Cannot read "${file}": EISDIR\n`;
      expect(await cmd('import', file)).to.deep.equal({ status: 1, stdout: '', stderr });
    });
  });
});
