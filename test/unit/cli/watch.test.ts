import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { jsonOutput, plainOutput, ScreenView } from '../../../src/cli/watch/outputs.js';
import { RateMeter } from '../../../src/cli/watch/rates.js';
import { Screen, type ScreenInput, type ScreenOutput } from '../../../src/cli/watch/screen.js';
import { plainLines, tableLines, watchView } from '../../../src/cli/watch/view.js';
import type { PathCounters } from '../../../src/services/path-counters.js';
import { FakeClock } from '../../support/fake-clock.js';
import { path, unit } from '../../support/views.js';

const counters = (completed: number, fields: Partial<PathCounters> = {}): PathCounters => ({
  completed,
  bytes: completed * 4096,
  serviceMs: completed * 2,
  inFlight: 1,
  ...fields,
});

describe('Rates of paths', () => {
  let now: Record<string, PathCounters | null> = {};
  const meter = (): RateMeter => new RateMeter((device) => now[device] ?? null);

  it('are what happened between two looks', () => {
    const rates = meter();
    now = { '8:0': counters(100) };
    expect([...rates.measure(['8:0'], 1000)]).to.deep.equal([]);
    now = { '8:0': counters(300) };
    expect(rates.measure(['8:0'], 3000).get('8:0')).to.deep.equal({
      ioPerSec: 100,
      bytesPerSec: 409_600,
      serviceMs: 2,
      inFlight: 1,
    });
    expect(rates.measure(['8:0'], 4000).get('8:0')).to.deep.equal({
      ioPerSec: 0,
      bytesPerSec: 0,
      serviceMs: null,
      inFlight: 1,
    });
  });

  it('are unknown where a device is gone, is another one, or no time has passed', () => {
    const rates = meter();
    now = { '8:0': counters(100), '8:16': counters(100), '8:32': counters(1) };
    rates.measure(['8:0', '8:16', '8:32'], 1000);
    now = { '8:0': null, '8:16': counters(3), '8:32': counters(2) };
    expect([...rates.measure(['8:0', '8:16'], 2000)]).to.deep.equal([]);
    // Not looked at in between: its old figures are of another time.
    expect([...rates.measure(['8:32'], 3000)]).to.deep.equal([]);
    expect([...rates.measure(['8:32'], 3000)]).to.deep.equal([]);
  });
});

const units = [
  unit(
    0,
    [
      path('4:0:0:0', { state: 'in-use', priority: 2, devT: '8:0' }),
      path('5:0:1:0', { state: 'failed', node: 'sdb', devT: '8:16' }),
    ],
    {
      balance: 'round-robin',
    },
  ),
];
const rate = { ioPerSec: 1234.4, bytesPerSec: 5_242_880, serviceMs: 0.416, inFlight: 3 };
const view = watchView(units, new Map([['8:0', rate]]), 0);

describe('The view of watch', () => {
  it('is a table with a line for each path', () => {
    expect(tableLines(view, (line) => `!${line}`)).to.deep.equal([
      '  state     prio  path          device       IO/s    MiB/s  service  in flight',
      'LogicalUnit #0 lu0 [round robin]',
      '> In use       2  4:0:0:0       sda          1234      5.0  0.42 ms          3',
      '!X Failed       1  5:0:1:0       sdb             -        -        -          -',
    ]);
  });

  it('is a line for each path that stands alone, where it goes to a file', () => {
    expect(plainLines(view)).to.deep.equal([
      '1970-01-01T00:00:00.000Z LU #0 4:0:0:0 sda in-use priority 2: 1234 IO/s, 5.0 MiB/s, 0.42 ms, 3 in flight',
      '1970-01-01T00:00:00.000Z LU #0 5:0:1:0 sdb failed priority 1: no figures',
    ]);
    const written: string[] = [];
    plainOutput((text) => written.push(text)).look(view);
    expect(written.join('')).to.equal(`${plainLines(view).join('\n')}\n`);
  });

  it('is an object a line for programs', () => {
    const written: string[] = [];
    jsonOutput((text) => written.push(text)).look(view);
    expect(JSON.parse(written.join(''))).to.deep.equal(view);
    expect(written.join('')).to.match(/^[^\n]+\n$/);
  });

  it('lets no control character of a device through', () => {
    const evil = '\u001b[2J\u202e';
    const hostile = watchView([unit(0, [path('4:0:0:0', { node: evil })], { name: evil })], new Map(), 0);
    for (const lines of [tableLines(hostile, String), plainLines(hostile)])
      expect(lines.join('')).to.match(/^[\x20-\x7e]*$/);
  });
});

/** A terminal that remembers what it was told. */
class Terminal extends EventEmitter {
  written = '';
  columns = 30;
  rows = 6;
  readonly write = (text: string): boolean => {
    this.written += text;
    return true;
  };
}

class Keyboard extends EventEmitter {
  readonly isTTY = true;
  raw = false;
  paused = true;
  setRawMode(on: boolean): this {
    this.raw = on;
    return this;
  }
  resume(): this {
    this.paused = false;
    return this;
  }
  pause(): this {
    this.paused = true;
    return this;
  }
}

describe('The screen', () => {
  let terminal: Terminal;
  let keyboard: Keyboard;
  let screen: Screen;
  let calls: string[];
  beforeEach(() => {
    terminal = new Terminal();
    keyboard = new Keyboard();
    calls = [];
    screen = new Screen(
      terminal as unknown as ScreenOutput,
      keyboard as unknown as ScreenInput,
      () => calls.push('redraw'),
      () => calls.push('quit'),
    );
  });
  afterEach(() => screen.close());

  const press = (key: string): boolean => keyboard.emit('data', Buffer.from(key, 'latin1'));
  const body = Array.from({ length: 10 }, (_, index) => `line ${String(index)}`);

  /** What a draw shows: the lines without their controls. */
  function shown(): string[] {
    terminal.written = '';
    screen.draw(['head'], body, ['foot']);
    return terminal.written.replace(/\u001b\[[?\d;]*[A-Za-z]/g, '').split('\r\n');
  }

  it('leaves the terminal as it found it, once', () => {
    const exits = process.listenerCount('exit');
    screen.open();
    expect({ raw: keyboard.raw, paused: keyboard.paused }).to.deep.equal({ raw: true, paused: false });
    screen.close();
    screen.close();
    expect(terminal.written).to.equal('\u001b[?1049h\u001b[?25l\u001b[?25h\u001b[?1049l');
    expect({ raw: keyboard.raw, paused: keyboard.paused }).to.deep.equal({ raw: false, paused: true });
    expect([
      terminal.listenerCount('resize'),
      keyboard.listenerCount('data'),
      process.listenerCount('exit'),
    ]).to.deep.equal([0, 0, exits]);
  });

  it('shows no more than there is room for, and scrolls within what there is', () => {
    screen.open();
    expect(shown()).to.deep.equal(['head', 'line 0', 'line 1', 'line 2', '(7 more lines: arrow keys)', 'foot']);
    press('\u001b[B');
    expect(shown()[1]).to.equal('line 1');
    for (let n = 0; n < 5; n += 1) press('\u001b[6~');
    expect(shown().slice(1, 4)).to.deep.equal(['line 7', 'line 8', 'line 9']);
    press('k');
    expect(shown()[1]).to.equal('line 6');
    terminal.rows = 20;
    terminal.emit('resize');
    expect(shown().slice(0, 4)).to.deep.equal(['head', 'line 0', 'line 1', 'line 2']);
    expect(calls).to.include('redraw');
  });

  it('cuts lines to the width and counts no colour', () => {
    screen.open();
    terminal.columns = 5;
    terminal.written = '';
    screen.draw(['\u001b[31mabcdefgh\u001b[39m'], [], []);
    expect(terminal.written).to.contain('\u001b[31mabcde\u001b[39m').and.not.contain('f');
  });

  it('writes nothing in a terminal without room', () => {
    screen.open();
    terminal.rows = 2;
    expect(shown().length).to.be.at.most(2);
  });

  for (const key of ['q', 'Q', '\u0003', '\u0004']) {
    it(`ends on ${JSON.stringify(key)}`, () => {
      screen.open();
      press(key);
      expect(calls).to.deep.equal(['quit']);
    });
  }

  it('is drawn at most four times a second, whatever happens', async () => {
    const clock = new FakeClock();
    const shows = new ScreenView(clock, screen, (text) => text, view);
    screen.open();
    terminal.written = '';
    for (let n = 0; n < 1000; n += 1) {
      shows.change(view, null);
      await clock.advance(1);
    }
    const draws = terminal.written.split('\u001b[H').length - 1;
    expect(draws).to.be.within(3, 5);
    shows.close();
    expect(clock.pending).to.deep.equal([]);
  });
});
