import { spawnSync } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { WatchView } from '../../src/cli/watch/view.js';
import { StreamController } from '../support/stream-controller.js';
import { compiledRoot, spscmd } from '../support/spscmd.js';
import { threeUnits } from '../support/views.js';

const program = join(compiledRoot, 'src/bin/spscmd.js');

describe('spscmd watch', function () {
  this.timeout(20_000);
  let folder = '';
  let controller: StreamController;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'watch-'));
    controller = new StreamController(folder, 'run1');
    controller.units = threeUnits();
    await controller.listen();
  });
  afterEach(async () => {
    await controller.close();
    rmSync(folder, { recursive: true });
  });

  it('shows one interval with --once', async () => {
    const { status, stdout, stderr } = await spscmd(['watch', '--once', '--interval', '0.1', '--run-dir', folder]);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.startsWith('LogicalUnit'))).to.have.length(3);
    expect(stdout).to.match(/^X Failed {7}1 {2}4:0:0:1 {7}sda/m);
  });

  it('gives the same as an object to programs', async () => {
    const { stdout } = await spscmd(['watch', '--once', '--interval', '0.1', '--json', '--run-dir', folder]);
    expect((JSON.parse(stdout) as WatchView).units.map(({ number }) => number)).to.deep.equal([0, 1, 2]);
  });

  it('writes lines where the output is no terminal, events among them, and ends on a signal', async () => {
    const child = spawn(process.execPath, [program, 'watch', '--interval', '0.1', '--run-dir', folder]);
    let text = '';
    let told = false;
    for await (const part of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      text += part;
      // Twice: the stream may begin after the first lines.
      if (text.includes('LU #2') && !told) controller.record(258, 'look here');
      if (told || !text.includes('look here')) continue;
      told = true;
      // Once: another would end the process while it ends.
      child.kill('SIGTERM');
    }
    const [status] = child.exitCode === null ? ((await once(child, 'exit')) as [number | null]) : [child.exitCode];
    expect(status).to.equal(0);
    expect(text).to.match(/^\S+ LU #0 4:0:0:0 sda in-use priority 2: /m);
    expect(text).to.match(/^\S+ \S+ {2}WARN {2}258 LU #0 4:0:0:0: Failover done: look here$/m);
    expect(text).to.not.contain('\u001b');
  });

  for (const { what, end } of [
    { what: 'q', end: { key: 'q' } },
    { what: 'Ctrl-C', end: { key: '\u0003' } },
    { what: 'SIGTERM', end: { signal: true } },
  ]) {
    it(`leaves a terminal as it found it on ${what}`, async function () {
      // util-linux's script gives the command a terminal of its own.
      if (spawnSync('script', ['--version']).status !== 0) this.skip();
      const watch = `${process.execPath} ${program} watch --interval 0.1 --run-dir ${folder}`;
      const told = 'echo "[[`stty -g`]]"';
      const run = `stty rows 30 cols 100; ${told}; ${watch}; echo "status=$?"; ${told}`;
      const child = spawn('script', ['-qec', run, '/dev/null'], { env: { ...process.env, TERM: 'xterm' } });
      let screen = '';
      let asked = false;
      for await (const part of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
        screen += part;
        if (asked || !screen.includes('in flight')) continue;
        asked = true;
        if (end.key !== undefined) child.stdin.write(end.key);
        else spawnSync('pkill', ['-TERM', '-f', `^${process.execPath} .*--run-dir ${folder}`]);
      }
      const settings = [...screen.matchAll(/\[\[(.*?)\]\]/g)].map((match) => match[1]);
      expect(settings).to.have.length(2);
      expect(settings[1]).to.equal(settings[0]);
      expect(screen).to.contain('status=0');
      expect(screen.lastIndexOf('\u001b[?25h\u001b[?1049l')).to.be.greaterThan(screen.lastIndexOf('\u001b[?25l'));
    });
  }

  it('tells in one line that no controller answers, and what interval is none', async () => {
    const absent = await spscmd(['watch', '--run-dir', '/nonexistent']);
    expect([absent.status, absent.stdout]).to.deep.equal([3, '']);
    expect(absent.stderr).to.match(/^spscmd: Controller is not running[^\n]*\n$/);
    for (const interval of ['0', 'x', '-1', '1e9', '']) {
      const { status, stderr } = await spscmd(['watch', '--interval', interval, '--run-dir', folder]);
      expect(status).to.equal(2);
      expect(stderr).to.match(/^spscmd: Interval [^\n]*\n$/);
    }
  });
});
