import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, type FSWatcher, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { StreamController as Controller } from '../../../support/stream-controller.js';
import { compiledRoot, node } from '../../../support/spscmd.js';

describe('ispmlogger', function () {
  this.timeout(30_000);
  let folder = '';
  let log = '';
  let children: ChildProcess[] = [];
  let controllers: Controller[] = [];
  let watcher: FSWatcher | null = null;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ispmlogger-'));
    log = join(folder, 'log/spsevent.log');
  });
  afterEach(async () => {
    watcher?.close();
    await Promise.all(children.map((child) => kill(child, 'SIGKILL')));
    for (const controller of controllers) await controller.close();
    [children, controllers] = [[], []];
    rmSync(folder, { recursive: true });
  });

  const program = join(compiledRoot, 'src/bin/ispmlogger.js');
  const words = (): string[] => [
    ...['--run-dir', folder, '--state-dir', join(folder, 'state')],
    ...['--log-dir', join(folder, 'log'), '--config', '/dev/null'],
  ];

  function start(): ChildProcess {
    const child = spawn(process.execPath, [program, ...words()], { stdio: 'ignore' });
    children.push(child);
    return child;
  }

  async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  }

  async function controller(run: string, capacity?: number): Promise<Controller> {
    const made = new Controller(folder, run, capacity);
    controllers.push(made);
    await made.listen();
    return made;
  }

  /** "event detail" of each record in the log. */
  function logged(): string[] {
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const { event, msg } = JSON.parse(line) as { event: number; msg: string };
      return `${String(event)} ${msg.split(': ').slice(1).join(': ')}`.trimEnd();
    });
  }

  /** Waits until the log has a line that ends so. */
  async function until(end: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!(logged().at(-1) ?? '').endsWith(end)) return;
        watcher?.close();
        resolve();
      };
      watcher = watch(folder, { recursive: true }, look);
      look();
    });
  }

  it('logs what happened before it was started, and what happens then, to the last word of the controller', async () => {
    const first = await controller('run1');
    first.record(1010, 'early');
    start();
    await until('early');
    first.record(258, 'live');
    first.record(1011, 'bye');
    await first.close();
    await until('bye');
    const second = await controller('run2');
    second.record(1010, 'again');
    await until('again');
    expect(logged()).to.deep.equal(['1010 early', '258 live', '1011 bye', '1010 again']);
  });

  it('says that something may be missing where the controller was killed', async () => {
    const first = await controller('run1');
    first.record(1001, 'a');
    const child = start();
    await until('a');
    await kill(child, 'SIGTERM');
    await first.close();
    (await controller('run2')).record(1001, 'b');
    start();
    await until('b');
    expect(logged().map((line) => line.split(' ')[0])).to.deep.equal(['1001', '1018', '1001']);
  });

  it('says how much the controller no longer had', async () => {
    const first = await controller('run1', 4);
    first.record(1001, '0');
    const child = start();
    await until('0');
    expect(await kill(child, 'SIGTERM')).to.equal(0);
    for (let n = 1; n <= 9; n += 1) first.record(1001, String(n));
    start();
    await until('9');
    // The ring drops in blocks: what it still has is more than its capacity or as much.
    const lines = logged();
    const missed = Number(/had (\d+) events/.exec(lines[1] ?? '')?.[1]);
    expect(missed).to.be.greaterThan(0);
    expect(lines.slice(2)).to.deep.equal(
      Array.from({ length: 9 - missed }, (_, n) => `1001 ${String(n + 1 + missed)}`),
    );
  });

  it('loses nothing when it is killed again and again, and repeats only the last few', async () => {
    const first = await controller('run1');
    let count = 0;
    const push = (): string => {
      for (let n = 0; n < 40; n += 1) first.record(1001, String((count += 1)));
      return ` ${String(count)}`;
    };
    for (let turn = 0; turn < 3; turn += 1) {
      const child = start();
      await until(push());
      // In the middle of the next ones.
      push();
      await kill(child, 'SIGKILL');
    }
    start();
    await until(push());
    const numbers = logged().map((line) => Number(line.split(' ')[1]));
    expect([...new Set(numbers)]).to.deep.equal(Array.from({ length: count }, (_, n) => n + 1));
    expect(numbers.length - count).to.be.at.most(3 * 16);
  });

  it('refuses to run twice, and a wrong command line, in one line each', async () => {
    const first = await controller('run1');
    first.record(1001, 'up');
    start();
    await until('up');
    const twice = await node([program, ...words()]);
    expect(twice.status).to.equal(1);
    expect(twice.stderr).to.match(/^ispmlogger: Another ispmlogger already runs .*\n$/);
    const wrong = await node([program, '--colour']);
    expect(wrong.status).to.equal(2);
    expect(wrong.stderr).to.match(/^ispmlogger: Wrong command line: .*\n$/);
    expect((await node([join(compiledRoot, 'src/bin/ispmwatcher.js'), '--log-dir', '/x'])).status).to.equal(2);
  });

  it('ends although no controller has ever been there', async () => {
    const child = spawn(process.execPath, [program, ...words()], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    // Its first line of log says that there is none.
    await once(child.stdout, 'data');
    expect(await kill(child, 'SIGTERM')).to.equal(0);
  });
});
