import { expect } from 'chai';
import type { Position } from '../../../../src/services/logger/position.js';
import { EventLogger } from '../../../../src/services/logger/event-logger.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { recordEvent } from './records.js';

/** The log service with a disk, a journal and a state folder of which each may fail. */
class Scene {
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly told: string[] = [];
  readonly said: string[] = [];
  readonly saved: Position[] = [];
  diskFull = false;
  stateFull = false;
  readonly journal = {
    waiting: 0,
    send: (datagram: Buffer): void => void this.told.push(eventOf(datagram.toString())),
  };
  readonly logger: EventLogger;

  constructor(before: Position | null = null) {
    this.logger = new EventLogger(
      {
        clock: this.clock,
        journal: this.journal,
        append: (line) => {
          if (this.diskFull) throw new Error('ENOSPC: no space left on device, write');
          this.lines.push(line);
        },
        savePosition: (position) => {
          if (this.stateFull) throw new Error('ENOSPC');
          this.saved.push(position);
        },
        say: (text) => this.said.push(text),
      },
      before,
    );
  }

  /** What is in the log: event IDs, with the particulars of those of a test. */
  get log(): string[] {
    return this.lines.map((line) => {
      const { event, msg } = JSON.parse(line) as { event: number; msg: string };
      return `${String(event)}${/n=\d+/.exec(msg)?.[0].slice(1) ?? ''}`;
    });
  }

  get position(): string | undefined {
    return this.saved.at(-1)?.log;
  }
}

const eventOf = (datagram: string): string => /^SPS_EVENT=(\d+)$/m.exec(datagram)?.[1] ?? '?';
const gap = (missed: number | null) => ({ id: null, kind: 'gap', data: { missed } });
const units = (sequence: number) => ({ id: `run1.${String(sequence)}`, kind: 'units', data: { wwids: [] } });

describe('The log service', () => {
  it('logs every record, tells the journal the important ones, and remembers where it is', async () => {
    const scene = new Scene();
    for (const event of [recordEvent(1, 257), recordEvent(2, 258), units(3)]) scene.logger.take(event);
    expect(scene.log).to.deep.equal(['257=1', '258=2']);
    expect(scene.told).to.deep.equal(['258']);
    await scene.clock.advance(200);
    expect(scene.saved).to.deep.equal([{ log: 'run1.3', journal: 'run1.3', ended: false }]);
  });

  it('repeats at most 16 records after a crash', () => {
    const scene = new Scene();
    for (let n = 1; n <= 100; n += 1) {
      scene.logger.take(recordEvent(n));
      expect(n - Number(scene.position?.split('.')[1] ?? 0)).to.be.lessThan(16);
    }
    expect(scene.saved.length, 'but does not save each').to.be.lessThan(10);
  });

  it('saves at the end', () => {
    const scene = new Scene();
    scene.logger.take(recordEvent(1));
    scene.logger.close();
    expect(scene.position).to.equal('run1.1');
    expect(scene.clock.pending).to.deep.equal([]);
  });

  describe('when its disk is full', () => {
    it('says so once, tells the journal on, and stays in the stream where it could still write', async () => {
      const scene = new Scene();
      scene.logger.take(recordEvent(1));
      scene.diskFull = true;
      for (let n = 2; n <= 100; n += 1) scene.logger.take(recordEvent(n, 258));
      await scene.clock.advance(60_000);
      expect(scene.said).to.deep.equal([
        'Event log cannot be written, records are kept until it can: ENOSPC: no space left on device, write',
      ]);
      expect(scene.told.filter((id) => id === '1019')).to.have.length(1);
      expect(scene.told.filter((id) => id === '258')).to.have.length(99);
      expect(scene.saved.at(-1)).to.deep.equal({ log: 'run1.1', journal: 'run1.100', ended: false });
    });

    it('writes all of it in order by itself when there is room', async () => {
      const scene = new Scene();
      scene.logger.take(recordEvent(1));
      scene.diskFull = true;
      for (const n of [2, 3]) scene.logger.take(recordEvent(n));
      scene.diskFull = false;
      // Not before what waits: it would be out of order.
      scene.logger.take(recordEvent(4));
      expect(scene.log).to.deep.equal(['1001=1']);
      await scene.clock.advance(5_000);
      scene.logger.take(recordEvent(5));
      expect(scene.log).to.deep.equal(['1001=1', '1001=2', '1019', '1001=3', '1001=4', '1020', '1001=5']);
      await scene.clock.advance(200);
      expect(scene.position).to.equal('run1.5');
      expect(scene.clock.pending).to.deep.equal([]);
    });

    it('keeps a bounded number and says in the log what was too much', async () => {
      const scene = new Scene();
      scene.diskFull = true;
      for (let n = 1; n <= 5000; n += 1) scene.logger.take(recordEvent(n));
      scene.diskFull = false;
      await scene.clock.advance(5_000);
      // 5000 records and the 1019, of which 4096 are kept.
      expect(scene.lines[0]).to.contain('905 records were too many to keep');
      expect(scene.log.slice(1, 3)).to.deep.equal(['1001=905', '1001=906']);
      expect(scene.log).to.have.length(1 + 4096 + 1);
    });

    it('goes on in the middle where the disk fills up again', async () => {
      const scene = new Scene();
      scene.diskFull = true;
      for (const n of [1, 2, 3]) scene.logger.take(recordEvent(n));
      await scene.clock.advance(5_000);
      const append = scene.lines.push.bind(scene.lines);
      scene.lines.push = (line) => {
        if (scene.lines.length >= 2) throw new Error('ENOSPC');
        return append(line);
      };
      scene.diskFull = false;
      await scene.clock.advance(5_000);
      scene.lines.push = append;
      await scene.clock.advance(5_000);
      expect(scene.log).to.deep.equal(['1001=1', '1019', '1001=2', '1001=3', '1020']);
      expect(scene.said).to.have.length(2);
    });

    it('comes back after a restart for what was not written, and tells the journal nothing twice', () => {
      const scene = new Scene({ log: 'run1.1', journal: 'run1.3', ended: false });
      for (const n of [2, 3, 4]) scene.logger.take(recordEvent(n, 258));
      expect(scene.log).to.deep.equal(['258=2', '258=3', '258=4']);
      expect(scene.told).to.deep.equal(['258']);
    });
  });

  it('does not give up the log because the position cannot be saved, and says that once', async () => {
    const scene = new Scene();
    scene.stateFull = true;
    for (let n = 1; n <= 100; n += 1) scene.logger.take(recordEvent(n));
    await scene.clock.advance(60_000);
    expect(scene.said).to.deep.equal(['Position in the event stream cannot be saved: ENOSPC']);
    expect(scene.log).to.have.length(100);
    scene.stateFull = false;
    await scene.clock.advance(5_000);
    expect(scene.position).to.equal('run1.100');
  });

  it('does not count as told what the journal has not taken', async () => {
    const scene = new Scene({ log: 'run1.1', journal: 'run1.1', ended: false });
    scene.journal.waiting = 1;
    scene.logger.take(recordEvent(2, 258));
    await scene.clock.advance(200);
    expect(scene.saved.at(-1)).to.deep.equal({ log: 'run1.2', journal: 'run1.1', ended: false });
  });

  describe('when the stream has a gap', () => {
    const before: Position = { log: 'run1.5', journal: 'run1.5', ended: false };
    const cases = [
      { what: 'makes a record of what the controller no longer had', before, missed: 7, logged: ['1018', '1001=20'] },
      { what: 'makes a record where another run began unseen', before, missed: null, logged: ['1018', '1001=20'] },
      {
        what: 'makes none where the last run was seen to its end',
        before: { ...before, ended: true },
        missed: null,
        logged: ['1001=20'],
      },
      { what: 'makes none at its very first start', before: null, missed: null, logged: ['1001=20'] },
    ];
    for (const { what, before: last, missed, logged } of cases) {
      it(what, () => {
        const scene = new Scene(last);
        scene.logger.take(gap(missed));
        scene.logger.take(recordEvent(20));
        expect(scene.log).to.deep.equal(logged);
        expect(scene.told).to.deep.equal(logged.includes('1018') ? ['1018'] : []);
      });
    }

    it('remembers over its own restart that it has seen the end of a run', async () => {
      const scene = new Scene();
      for (const event of [recordEvent(1, 1011), units(2)]) scene.logger.take(event);
      await scene.clock.advance(200);
      expect(scene.saved.at(-1)?.ended).to.equal(true);
    });
  });

  it('leaves out a record that it cannot read, and says so once', () => {
    const scene = new Scene();
    for (const n of [1, 2]) scene.logger.take({ id: `run1.${String(n)}`, kind: 'record', data: { id: 'x' } });
    scene.logger.take(recordEvent(3));
    expect({ log: scene.log, said: scene.said.length }).to.deep.equal({ log: ['1001=3'], said: 1 });
  });
});
