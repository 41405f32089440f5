import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { EventEntry } from '../../src/cli/events/entry.js';
import type { EventId } from '../../src/model/catalogue.js';
import { recordLine } from '../../src/services/logger/record-line.js';
import { type LogRecord, ownRecord } from '../../src/services/logger/stream-record.js';
import { recordOf, StreamController } from '../support/stream-controller.js';
import { compiledRoot, spscmd } from '../support/spscmd.js';

const AT = new Date('2026-11-22T14:30:00').getTime();

function line(id: EventId, detail: string, stream: string | null = null, fields: Partial<LogRecord> = {}): string {
  return recordLine({ ...ownRecord(id, AT, detail), unit: 0, path: '4:0:0:0', ...fields }, stream);
}

describe('spscmd events', () => {
  let folder = '';
  let words: readonly string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'events-'));
    words = ['events', '--log-dir', folder, '--run-dir', folder];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const log = (...lines: string[]): void =>
    writeFileSync(join(folder, 'spsevent.log'), lines.map((each) => `${each}\n`).join(''));

  it('prints the history, a line for each event', async () => {
    log(line(257, ''), line(258, 'now 5:0:0:0'), line(1010, 'x', null, { unit: null, path: null }));
    expect(await spscmd(words)).to.deep.equal({
      status: 0,
      stdout:
        '2026-11-22 14:30:00.000  INFO  257 LU #0 4:0:0:0: Failover started\n' +
        '2026-11-22 14:30:00.000  WARN  258 LU #0 4:0:0:0: Failover done: now 5:0:0:0\n' +
        '2026-11-22 14:30:00.000  INFO 1010 Controller started: x\n',
      stderr: '',
    });
  });

  it('gives an array to programs, with what the options leave', async () => {
    log(line(257, ''), line(258, ''), line(258, '', null, { unit: 1 }));
    const { stdout } = await spscmd([...words, '--json', '--lu', '0', '--level', 'warning']);
    expect((JSON.parse(stdout) as EventEntry[]).map(({ event, unit }) => [event, unit])).to.deep.equal([[258, 0]]);
  });

  it('says that there is no log, and is done', async () => {
    expect(await spscmd([...words, '--json'])).to.include({ status: 0, stdout: '[]\n' });
    const { status, stdout, stderr } = await spscmd(words);
    expect({ status, stdout }).to.deep.equal({ status: 0, stdout: '' });
    expect(stderr).to.match(/^spscmd: there is no event log "[^\n]*"; ispmlogger keeps it\n$/);
  });

  it('counts damaged lines and shows the others', async () => {
    log(line(257, ''), '{"half', '\u0000\u0000');
    const { status, stdout, stderr } = await spscmd(words);
    expect([status, stdout.split('\n').length]).to.deep.equal([0, 2]);
    expect(stderr).to.match(/^spscmd: 2 damaged lines of [^\n]* are left out\n$/);
  });

  for (const wrong of [
    ['--since', 'tomorrow'],
    ['--until', '2026-02-30'],
    ['--since', '1h', '--until', '2h'],
    ['--level', 'loud'],
    ['--lu', 'one two'],
    ['--path', 'sdc'],
    ['--follow', '--until', '1h'],
    ['extra'],
  ]) {
    it(`refuses ${wrong.join(' ')} in one line`, async () => {
      const { status, stdout, stderr } = await spscmd([...words, ...wrong]);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
      expect(stderr).to.match(/^spscmd: [^\n]+\n$/);
    });
  }

  it('needs leave to read the log', async function () {
    if (process.getuid?.() !== 0) this.skip();
    log(line(257, ''));
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'spsevent.log'), 0o600);
    const { status, stderr } = await spscmd(words, { uid: 65_534 });
    expect(status).to.equal(4);
    expect(stderr).to.match(/^spscmd: Cannot read event log "[^\n]*": EACCES; run it as root\n$/);
  });

  it('tells at once that there is nobody to follow', async () => {
    log(line(257, ''));
    const { status, stdout, stderr } = await spscmd([...words, '--follow']);
    expect([status, stdout.split('\n').length]).to.deep.equal([3, 2]);
    expect(stderr).to.match(/^spscmd: Controller is not running[^\n]*\n$/);
  });

  it('goes on after the last event of the log, over a restart of the controller, until it is told to end', async () => {
    log(...Array.from({ length: 12 }, (_, n) => line(1001, `n${String(n + 1)}`, `run1.${String(n + 1)}`)));
    const [first, second] = [new StreamController(folder, 'run1'), new StreamController(folder, 'run2')];
    for (let n = 1; n <= 13; n += 1) first.ring.push('record', recordOf(1001, `n${String(n)}`));
    await first.listen();
    const child = spawn(process.execPath, [join(compiledRoot, 'src/bin/spscmd.js'), ...words, '--follow', '--json']);
    const seen: EventEntry[] = [];
    let wake = (): void => undefined;
    let rest = '';
    child.stdout.on('data', (part: Buffer) => {
      const lines = (rest + part.toString()).split('\n');
      rest = lines.pop() ?? '';
      seen.push(...lines.map((each) => JSON.parse(each) as EventEntry));
      wake();
    });
    const until = (detail: string): Promise<void> =>
      new Promise((resolve) => {
        wake = () => {
          if (seen.at(-1)?.message.endsWith(detail) === true) resolve();
        };
        wake();
      });
    try {
      await until('n13');
      expect(seen.map(({ message }) => message.split(': ')[1])).to.deep.equal(
        Array.from({ length: 11 }, (_, n) => `n${String(n + 3)}`),
      );
      await first.close();
      second.record(1010, 'second run');
      await second.listen();
      await until('second run');
      expect(seen.at(-2)).to.include({ event: 1018 });
      child.kill('SIGINT');
      const [status] = (await once(child, 'exit')) as [number | null];
      expect({ status, rest }).to.deep.equal({ status: 0, rest: '' });
    } finally {
      child.kill('SIGKILL');
      await first.close();
      await second.close();
    }
  });

  it('ends quietly when nobody reads it any more', async () => {
    log(...Array.from({ length: 5000 }, () => line(1001, 'a')));
    const child = spawn('sh', [
      '-c',
      '"$@" | head -1; exit 0',
      'sh',
      process.execPath,
      join(compiledRoot, 'src/bin/spscmd.js'),
      ...words,
    ]);
    let errors = '';
    child.stderr.on('data', (part: Buffer) => (errors += part.toString()));
    child.stdout.resume();
    await once(child, 'close');
    expect(errors).to.equal('');
  });
});
