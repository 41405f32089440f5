import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { EVENT_LOG_BYTES, EventLog } from '../../../../src/services/logger/event-log.js';
import { recordLine } from '../../../../src/services/logger/record-line.js';
import { record } from './records.js';

const isRoot = process.getuid?.() === 0;

describe('A line of the event log', () => {
  it('is a bunyan record with the time of the event', () => {
    const line = JSON.parse(
      recordLine(record(258, { unit: 0, wwid: '36', path: '4:0:0:0', detail: '%s' }), 'r.7'),
    ) as object;
    expect(line).to.include({
      name: 'pathmanager',
      level: 40,
      event: 258,
      wwid: '36',
      unit: 0,
      path: '4:0:0:0',
      stream: 'r.7',
    });
    expect(line).to.include({ msg: 'Failover done: %s', time: '2023-11-14T22:13:20.000Z', v: 0 });
  });
});

describe('The event log', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'event-log-'));
    file = join(folder, 'spsevent.log');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('holds at most 5 MB', () => expect(EVENT_LOG_BYTES).to.equal(5_000_000));

  it('keeps two generations, each within its limit, whoever writes on', () => {
    // A new object each time: what a restart in between does.
    for (let n = 0; n < 10; n += 1) new EventLog(file, 30).append(`line ${String(n)} 789`);
    expect(readFileSync(file, 'utf8')).to.equal('line 8 789\nline 9 789\n');
    expect(readFileSync(`${file}.old`, 'utf8')).to.equal('line 6 789\nline 7 789\n');
    expect(readdirSync(folder).sort()).to.deep.equal(['spsevent.log', 'spsevent.log.old']);
  });

  it('takes a line that is longer than the limit', () => {
    const log = new EventLog(file, 10);
    for (const line of ['a'.repeat(50), 'b'.repeat(50)]) log.append(line);
    expect(readFileSync(file, 'utf8')).to.equal(`${'b'.repeat(50)}\n`);
  });

  it('makes its folder, and goes on when the file is taken away', () => {
    const log = new EventLog(join(folder, 'a/b/spsevent.log'));
    log.append('one');
    rmSync(log.file);
    log.append('two');
    expect(readFileSync(log.file, 'utf8')).to.equal('two\n');
  });

  it('puts a line after the piece of one that a power failure left', () => {
    const log = new EventLog(file);
    log.append('whole');
    appendFileSync(file, '{"ha');
    log.append('next');
    expect(readFileSync(file, 'utf8').split('\n')).to.deep.equal(['whole', '{"ha', 'next', '']);
  });

  it('leaves no piece of a line on a disk that fills up, and goes on when there is room', function () {
    if (!isRoot) this.skip();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]);
    try {
      const log = new EventLog(join(disk, 'spsevent.log'));
      let written = 0;
      const fill = (): void => {
        for (; ; written += 1) log.append('x'.repeat(299));
      };
      expect(fill).to.throw('ENOSPC');
      expect(readFileSync(log.file, 'latin1')).to.equal(`${'x'.repeat(299)}\n`.repeat(written));
      writeFileSync(log.file, '');
      log.append('room');
      expect(readFileSync(log.file, 'utf8')).to.equal('room\n');
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('throws where the disk is read-only', function () {
    if (!isRoot) {
      chmodSync(folder, 0o500);
      expect(() => new EventLog(file).append('x')).to.throw('EACCES');
      chmodSync(folder, 0o700);
      return;
    }
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', folder]);
    try {
      expect(() => new EventLog(file).append('x')).to.throw('EROFS');
      expect(existsSync(file)).to.equal(false);
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});
