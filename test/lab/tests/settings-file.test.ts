// Everything that operators have set goes to a file and comes back from it, on this installation and on a new one, while
// I/O runs; and what is set is not lost where the disk of the state does not take it.
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Installation } from '../inside/daemons.js';
import { plug, pull } from '../inside/faults.js';
import { type IoRun, startReader } from '../inside/io.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

const luns = ['data', 'log'];

describe('lab: settings', () => {
  let system: LabSystem;
  let writer: IoRun;
  let folder: string;
  before(async () => {
    folder = mkdtempSync('/run/lab/settings-');
    system = await LabSystem.start({
      array: { ports: 4, luns: luns.map((name, index) => ({ name, sizeMb: 16, serial: `0000f00${index}` })) },
      config: 'noPath: 20\n',
    });
    writer = await system.write('data');
  });
  after(() => system.end());
  afterEach(async () => {
    expect(await writer.stats()).to.include({ errors: 0, mismatches: 0 });
  });

  const file = (name: string): string => join(folder, name);
  const exported = async (): Promise<string> => (await system.installation.spscmd('export')).stdout;
  /** What the kernel does, apart from what comes and goes by itself. */
  const kernel = () =>
    luns.map((lun) =>
      system.kernel(lun).groups.map(({ selector, paths }) => [selector, paths.map(({ devT }) => devT)]),
    );

  it('an export is taken back without a change, a table load or an error', async () => {
    await system.command('lbmode', system.path('data', 0), '0');
    await system.command('swap', system.path('data', 0), system.path('data', 2));
    await system.command('notavail', system.path('log', 3));
    await system.command('export', file('before.yaml'));
    const before = kernel();
    const { status, stdout, stderr } = await system.installation.spscmd('import', file('before.yaml'), '--apply');
    expect([status, stdout, stderr]).to.deep.equal([0, '', 'spscmd: nothing to change\n']);
    expect(kernel()).to.deep.equal(before);
  });

  it('what was changed since is shown, and changed back in the kernel with --apply', async () => {
    const before = { kernel: kernel(), shown: await system.shown('data'), settings: await exported() };
    await system.command('lbmode', system.path('data', 0), '1');
    await system.command('priority', system.path('data', 3), '9');
    await system.command('avail', system.path('log', 3));
    await system.command('setfbmode', 'Standby');
    await system.comesTo('data', '>>>>');
    const preview = await system.installation.spscmd('import', file('before.yaml'));
    expect(preview.stdout.split('\n').length).to.equal(5);
    expect(preview.stdout).to.match(/^failback standby -> active$/m);
    expect(preview.stdout).to.match(/^LogicalUnit #0: balance round-robin -> none$/m);
    expect(preview.stdout).to.include(`LogicalUnit #0, path ${system.path('data', 3)}: priority 9 -> 1\n`);
    expect(preview.stdout).to.include(`LogicalUnit #1, path ${system.path('log', 3)}: enabled true -> false\n`);
    expect(await system.shown('data')).to.equal('>>>>');
    const applied = await system.installation.spscmd('import', file('before.yaml'), '--apply');
    expect([applied.status, applied.stdout]).to.deep.equal([0, preview.stdout]);
    await system.comesTo('data', before.shown);
    expect({ kernel: kernel(), shown: await system.shown('data'), settings: await exported() }).to.deep.equal(before);
  });

  it('nothing of a file is taken where one line of it cannot be', async () => {
    const before = await exported();
    const text = readFileSync(file('before.yaml'), 'utf8');
    writeFileSync(
      file('wrong.yaml'),
      text.replace('failback: active', 'failback: standby').replace(/priority: 4/, 'priority: 3'),
    );
    expect(await system.refused(1, 'import', file('wrong.yaml'), '--apply')).to.include('priority 3');
    writeFileSync(file('other.yaml'), text.replaceAll(system.wwid('log'), '3600c0ffee'));
    expect(await system.refused(1, 'import', file('other.yaml'), '--apply')).to.include('1 logical unit');
    writeFileSync(file('cut.yaml'), text.slice(0, -20));
    expect(await system.refused(1, 'import', file('cut.yaml'), '--apply')).to.include('cut.yaml');
    expect(await exported()).to.equal(before);
  });

  it('a new installation, which knows nothing, gets numbers, names and all else; a restart keeps them', async () => {
    const text = readFileSync(file('before.yaml'), 'utf8');
    const swapped = text
      .replace(/number: [01]/g, (found) => (found.endsWith('0') ? 'number: 1' : 'number: 0'))
      .replace(/name: "lu([01])"/g, (_found, digit: string) => `name: "${digit === '0' ? 'database' : 'journal'}"`);
    writeFileSync(file('swapped.yaml'), swapped);
    await system.installation.stop();
    const fresh = system.with({ installation: new Installation({ config: 'noPath: 20\n' }) });
    await fresh.startDaemons();
    for (const lun of luns) await fresh.complete(lun);
    const { status, stderr } = await fresh.installation.spscmd('import', file('swapped.yaml'), '--apply');
    expect([status, stderr]).to.match(/^0,spscmd: \d+ settings changed\n$/);
    expect(await fresh.priorities('data')).to.deep.equal([2, 3, 4, 1]);
    await fresh.comesTo('data', '  > ');
    await fresh.comesTo('log', '>>>@');
    expect([(await fresh.unit('data')).number, (await fresh.unit('log')).number]).to.deep.equal([1, 0]);
    // The maps are in use under their names; the next ones get the new names.
    expect(system.kernel('data').name).to.equal('lu0');
    await fresh.installation.controller.kill();
    await fresh.installation.startController();
    await fresh.watcherConnected();
    expect((await fresh.installation.spscmd('import', file('swapped.yaml'))).stderr).to.equal(
      'spscmd: nothing to change\n',
    );
    await fresh.installation.stop();
    await system.startDaemons();
    for (const lun of luns) await system.complete(lun);
  });

  it('a disk that is full is told once and with each setting, which is made; all is saved when there is room', async () => {
    const { stateDir } = system.installation;
    const from = system.records().length;
    const told = () =>
      system
        .records()
        .slice(from)
        .map(({ event }) => event)
        .filter((event) => event === 1023 || event === 1024);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', stateDir]);
    try {
      expect(() => writeFileSync(join(stateDir, 'filler'), Buffer.alloc(64 * 1024))).to.throw('ENOSPC');
      expect(await system.refused(1, 'setfbmode', 'Standby')).to.include('ENOSPC');
      expect(await system.refused(1, 'priority', system.path('data', 3), '9')).to.include('ENOSPC');
      expect(await system.priorities('data')).to.deep.equal([2, 3, 4, 9]);
      expect((await system.installation.spscmd('getfbmode')).stdout).to.equal('Failback : Standby\n');
      expect(told()).to.deep.equal([1023]);
      rmSync(join(stateDir, 'filler'));
      await until('the state is saved', () => told().includes(1024), { withinMs: 20_000 });
      expect(readFileSync(join(stateDir, 'state.json'), 'utf8')).to.include('"failback": "standby"');
      expect(told()).to.deep.equal([1023, 1024]);
    } finally {
      execFileSync('umount', [stateDir]);
    }
    await system.command('setfbmode', 'Active');
    expect(existsSync(join(stateDir, 'state.json'))).to.equal(true);
  });

  describe('and a wall clock that is set by ten years', () => {
    const YEARS = 10 * 365 * 86_400;
    const setClock = (seconds: number): void =>
      void execFileSync('date', ['-s', `@${Math.round(Date.now() / 1000) + seconds}`]);
    const cables = async (act: typeof pull): Promise<void> => {
      for (const port of [0, 1, 2, 3]) await act(system.array, port);
    };
    /** The clock is set back before the test ends: mocha measures tests by it. */
    const atAnotherTime = async (seconds: number, act: () => Promise<void>): Promise<void> => {
      setClock(seconds);
      try {
        // Whatever happens now is of that time.
        await system.command('setfbmode', 'Standby');
        await system.command('setfbmode', 'Active');
        await act();
      } finally {
        setClock(-seconds);
        await cables(plug);
      }
    };

    it('forwards: I/O that waits for a path goes on waiting, and goes on without an error', async () => {
      const from = system.records().length;
      await cables(pull);
      await system.comesTo('data', 'XXXX');
      await atAnotherTime(YEARS, async () => {
        expect(system.kernel('data').queueIfNoPath).to.equal(true);
        const { stdout } = await system.installation.spscmd('getlun', '-v');
        expect(stdout).to.match(/Queueing *: yes, no path for \d+ s$/m);
      });
      await system.comesTo('data', '   >', { withinMs: 15_000 });
      const { reads, writes } = await writer.stats();
      await writer.until((now) => now.reads + now.writes > reads + writes + 20);
      expect(await system.events('data', from)).to.not.include(1008);
    });

    it('backwards: I/O that waits for a path fails when its time is over', async () => {
      await writer.pause();
      const from = system.records().length;
      const reader = await startReader(system.device('log'));
      await cables(pull);
      await system.comesTo('log', 'XXXX');
      await atAnotherTime(-YEARS, async () => {
        await until('waiting I/O fails', () => !system.kernel('log').queueIfNoPath, { withinMs: 40_000 });
        expect(await system.events('log', from)).to.include(1008);
      });
      reader.kill();
      await system.comesTo('log', '>>>@', { withinMs: 15_000 });
      await system.comesTo('data', '   >', { withinMs: 15_000 });
      await writer.resume();
    });
  });
});
