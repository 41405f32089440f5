import { appendFileSync, linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type EventEntry, entryText, readLine } from '../../../src/cli/events/entry.js';
import { eventFilter, type FilterOptions } from '../../../src/cli/events/filter.js';
import { readHistory } from '../../../src/cli/events/history.js';
import { readTime } from '../../../src/cli/events/time.js';
import { recordLine } from '../../../src/services/logger/record-line.js';
import { ownRecord } from '../../../src/services/logger/stream-record.js';

const NOW = new Date('2026-11-22T14:30:00').getTime();

function entry(fields: Partial<EventEntry> = {}): EventEntry {
  const time = new Date(NOW).toISOString();
  return { time, level: 'info', event: 1001, unit: 0, wwid: '36001405aa', path: '4:0:0:1', message: 'm', ...fields };
}

describe('A time that an operator gives', () => {
  const at = (text: string): number => new Date(text).getTime();
  for (const [text, expected] of [
    ['90s', NOW - 90_000],
    ['10m', NOW - 600_000],
    ['2h', NOW - 7_200_000],
    ['3d', NOW - 259_200_000],
    ['9:05', at('2026-11-22T09:05:00')],
    ['14:30:59', at('2026-11-22T14:30:59')],
    ['2026-11-20', at('2026-11-20T00:00:00')],
    ['2026-11-20 08:00', at('2026-11-20T08:00:00')],
    ['2026-11-20T08:00:01.5Z', at('2026-11-20T08:00:01.500Z')],
    ['2026-11-20T08:00+02:00', at('2026-11-20T06:00:00Z')],
  ] as const) {
    it(`is understood: ${text}`, () => expect(readTime(text, NOW)).to.equal(expected));
  }

  for (const text of [
    '',
    'now',
    '5',
    '2w',
    '24:00',
    '12:60',
    '2026-02-30',
    '2026-13-01',
    '22.11.2026',
    '-1h',
    '2026-11-20 25:00',
  ]) {
    it(`is refused in one line: ${JSON.stringify(text)}`, () => {
      expect(() => readTime(text, NOW)).to.throw(/^"[^\n]*" is no time; [^\n]*$/);
    });
  }
});

describe('The filter of events', () => {
  const passes = (options: FilterOptions, fields: Partial<EventEntry>): boolean =>
    eventFilter(options, NOW)(entry(fields));

  it('lets everything pass where nothing is asked', () => {
    expect(passes({}, { unit: null, wwid: null, path: null })).to.equal(true);
  });

  for (const [options, fields, expected] of [
    [{ lu: '0' }, {}, true],
    [{ lu: '#0' }, {}, true],
    [{ lu: '1' }, {}, false],
    [{ lu: '0' }, { unit: null }, false],
    [{ lu: '36001405aa' }, {}, true],
    [{ lu: '36001405ab' }, {}, false],
    [{ path: '4:0:0:1' }, {}, true],
    [{ path: '4:::' }, {}, true],
    [{ path: ':::2' }, {}, false],
    [{ path: '4:::' }, { path: null }, false],
    [{ level: 'warning' }, { level: 'error' }, true],
    [{ level: 'warning' }, { level: 'warning' }, true],
    [{ level: 'warning' }, { level: 'info' }, false],
    [{ since: '1m' }, {}, true],
    [{ since: '14:31' }, {}, false],
    [{ until: '14:30' }, {}, true],
    [{ until: '1m' }, {}, false],
    [{ lu: '0', level: 'error' }, {}, false],
  ] as const) {
    it(`${JSON.stringify(options)} ${expected ? 'takes' : 'leaves'} ${JSON.stringify(fields)}`, () => {
      expect(passes(options, fields)).to.equal(expected);
    });
  }

  for (const options of [
    { lu: 'lu0' },
    { lu: '' },
    { path: 'sdc' },
    { path: 'x' },
    { path: ':::' },
    { since: '1h', until: '2h' },
  ]) {
    it(`${JSON.stringify(options)} is refused in one line`, () => {
      expect(() => eventFilter(options, NOW)).to.throw(/^[^\n]+$/);
    });
  }
});

describe('An event in one line', () => {
  it('has time, level, number, what it concerns and what happened', () => {
    const concerned = entry({ level: 'warning', event: 258, message: 'Failover done' });
    expect(entryText(concerned)).to.equal('2026-11-22 14:30:00.000  WARN  258 LU #0 4:0:0:1: Failover done');
    const general = entry({ unit: null, path: null, message: 'Controller started' });
    expect(entryText(general)).to.equal('2026-11-22 14:30:00.000  INFO 1001 Controller started');
  });

  it('lets nothing reach the terminal that moves a cursor', () => {
    expect(entryText(entry({ message: '\u001b[2J\nx', path: '\u009b' }))).to.match(/^[\x20-\x7e]*$/);
  });

  it('is what the log service has written', () => {
    const record = { ...ownRecord(258, NOW, 'why'), unit: 3, wwid: 'w', path: '1:2:3:4' };
    expect(readLine(recordLine(record, 'run.7'))).to.deep.equal({
      entry: entry({
        level: 'warning',
        event: 258,
        unit: 3,
        wwid: 'w',
        path: '1:2:3:4',
        message: 'Failover done: why',
      }),
      stream: 'run.7',
    });
  });

  for (const line of ['', '{', 'null', '7', '[]', '{"event":1}', '{"event":1,"level":40,"msg":"m","time":"soon"}']) {
    it(`is not ${JSON.stringify(line)}`, () => expect(readLine(line)).to.equal(null));
  }
});

describe('The history of events', () => {
  let folder = '';
  let file = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'history-'));
    file = join(folder, 'spsevent.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const line = (detail: string, stream: string | null = null): string =>
    `${recordLine(ownRecord(1010, NOW, detail), stream)}\n`;
  const messages = (): string[] =>
    readHistory(file).entries.map((each) => each.entry.message.replace('Controller started: ', ''));

  it('is both generations, oldest first', () => {
    writeFileSync(`${file}.old`, line('1') + line('2'));
    writeFileSync(file, line('3'));
    expect(messages()).to.deep.equal(['1', '2', '3']);
  });

  it('leaves out damaged lines and counts them', () => {
    writeFileSync(file, `${line('1')}{"ha\n${line('2')}`);
    appendFileSync(file, Buffer.from([0, 0xff, 0xfe]));
    expect(messages()).to.deep.equal(['1', '2']);
    expect(readHistory(file).damaged).to.equal(2);
  });

  it('is searched by the time of each event where the clock was set in between', () => {
    const times = { 'in 2036': 10 * 365 * 24 * 60, 'an hour ago': -60, 'in 1970': -29_000_000, 'just now': -1 };
    for (const [detail, minutes] of Object.entries(times)) {
      appendFileSync(file, `${recordLine(ownRecord(1010, NOW + minutes * 60_000, detail), null)}\n`);
    }
    const found = (options: FilterOptions): readonly string[] =>
      readHistory(file)
        .entries.map((each) => each.entry)
        .filter(eventFilter(options, NOW))
        .map(({ message }) => message.replace('Controller started: ', ''));
    expect(found({ since: '10m' })).to.deep.equal(['in 2036', 'just now']);
    expect(found({ since: '2h', until: '14:30' })).to.deep.equal(['an hour ago', 'just now']);
    expect(found({ until: '1d' })).to.deep.equal(['in 1970']);
  });

  it('has once what the log service repeated after a crash', () => {
    writeFileSync(file, line('1', 'r.1') + line('2', 'r.2') + line('2', 'r.2') + line('own') + line('own'));
    expect(messages()).to.deep.equal(['1', '2', 'own', 'own']);
  });

  it('has once a file that is renamed while it is read', () => {
    writeFileSync(file, line('1'));
    linkSync(file, `${file}.old`);
    expect(messages()).to.deep.equal(['1']);
  });

  it('is empty where there is no log', () => {
    expect(readHistory(file)).to.deep.equal({ entries: [], damaged: 0, found: false });
  });

  it('says why a log cannot be read', () => {
    expect(() => readHistory(folder)).to.throw(`Cannot read event log "${folder}": EISDIR`);
  });
});
