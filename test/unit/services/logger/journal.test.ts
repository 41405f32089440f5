import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { catalogue } from '../../../../src/model/catalogue.js';
import { journalCatalog } from '../../../../src/services/logger/journal-catalog.js';
import { encodeJournal, isImportant, journalFields } from '../../../../src/services/logger/journal-entry.js';
import { JournalSocket } from '../../../../src/services/logger/journal-socket.js';
import { messageId, messageIds } from '../../../../src/services/logger/message-ids.js';
import { readRecord } from '../../../../src/services/logger/stream-record.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { JournalDouble } from '../../../support/journal-double.js';
import { projectRoot } from '../../../support/paths.js';
import { record } from './records.js';

describe('An entry of the journal', () => {
  it('has the event, the logical unit, the path and a priority as fields', () => {
    expect(
      journalFields(record(258, { unit: 3, wwid: '36001', path: '4:0:0:1', detail: 'now 5:0:0:1' })),
    ).to.deep.equal({
      MESSAGE: 'Failover done: now 5:0:0:1 (logical unit 3, path 4:0:0:1)',
      PRIORITY: 4,
      MESSAGE_ID: 'e25a5a4a0a1c5a0e8456da4021091239',
      SYSLOG_IDENTIFIER: 'ispmlogger',
      SPS_EVENT: 258,
      SPS_LUN: 3,
      SPS_WWID: '36001',
      SPS_PATH: '4:0:0:1',
      SPS_TIME: '2023-11-14T22:13:20.000Z',
    });
  });

  it('leaves out what is unknown', () => {
    expect(encodeJournal({ MESSAGE: 'a=b', SPS_LUN: null, PRIORITY: 6 }).toString()).to.equal(
      'MESSAGE=a=b\nPRIORITY=6\n',
    );
  });

  it('carries a value with line breaks by its length, so that it can forge no field', () => {
    const bytes = encodeJournal({ MESSAGE: 'ö\nPRIORITY=0' });
    const value = Buffer.from('ö\nPRIORITY=0');
    expect(bytes.readBigUInt64LE('MESSAGE\n'.length)).to.equal(BigInt(value.length));
    expect(bytes).to.deep.equal(
      Buffer.concat([Buffer.from('MESSAGE\n'), Buffer.of(13, 0, 0, 0, 0, 0, 0, 0), value, Buffer.from('\n')]),
    );
  });

  it('is made of warnings, errors, and the controller coming and going', () => {
    const ids = Object.keys(catalogue)
      .map(Number)
      .filter((id) => isImportant(record(id as never)));
    expect(ids).to.include.members([258, 259, 278, 1010, 1011, 1018]).and.not.include.members([257, 263, 1001]);
  });
});

describe('The MESSAGE_ID', () => {
  it('differs for each event, is a version 5 UUID, and never changes', () => {
    expect(new Set(messageIds.values()).size).to.equal(Object.keys(catalogue).length);
    for (const id of messageIds.values()) expect(id).to.match(/^[0-9a-f]{12}5[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(messageId(257)).to.equal('22e0c5b943585216a5e78a67bea78889');
  });
});

describe('systemd/pathmanager.catalog', () => {
  it('is what "node .tools/journal-catalog.mjs" makes of the event catalogue', () => {
    expect(readFileSync(join(projectRoot, 'systemd/pathmanager.catalog'), 'utf8')).to.equal(journalCatalog());
  });

  it('names every event, what it means and what to do', () => {
    for (const [id, { title, mend }] of Object.entries(catalogue)) {
      const entry = journalCatalog()
        .split('\n-- ')
        .find((part) => part.startsWith(messageIds.get(Number(id)) ?? '?'));
      expect(entry).to.contain(`Subject: ${title} (event ${id}, `);
      expect(entry?.replace(/\s+/g, ' ')).to.contain(mend);
      // The journal reads a blank line as the end of the head: all before it must be fields.
      expect(entry?.split('\n\n')[0]?.split('\n').slice(1)).to.have.length(2);
    }
  });
});

describe('A record of the stream', () => {
  it('is refused where it is none', () => {
    const whole = { id: 258, level: 'warning', title: 't', at: 1, wwid: null, unit: null, path: null, detail: '' };
    expect(readRecord(whole)).to.include({ event: 258 });
    for (const wrong of [{ id: '1' }, { level: 'fatal' }, { title: 7 }, { at: 9e15 }, { at: NaN }, { detail: null }]) {
      expect(readRecord({ ...whole, ...wrong }), JSON.stringify(wrong)).to.equal(null);
    }
    for (const none of [null, 'text', 5]) expect(readRecord(none)).to.equal(null);
  });

  it('has no control characters left', () => {
    const hostile = {
      id: 1,
      level: 'info',
      title: 'a\nb',
      at: 1,
      wwid: '\u001b[2J',
      unit: 0,
      path: '\u202e',
      detail: '\u009b',
    };
    expect(JSON.stringify(readRecord(hostile))).to.match(/^[\x20-\x7e]*$/);
  });
});

describe('The journal socket', () => {
  let folder = '';
  let clock: FakeClock;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
    clock = new FakeClock();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const texts = (buffers: readonly Buffer[]): string[] => buffers.map((each) => each.toString());

  it('delivers, and does without a journal', () => {
    const socket = new JournalSocket(clock, join(folder, 'socket'));
    socket.send(Buffer.from('lost'));
    const journal = new JournalDouble(join(folder, 'socket'));
    socket.send(Buffer.from('MESSAGE=a\n'));
    expect(texts(journal.datagrams())).to.deep.equal(['MESSAGE=a\n']);
    journal.close();
    socket.send(Buffer.from('lost too'));
    expect(socket.waiting).to.equal(0);
    socket.close();
  });

  it('keeps what a busy journal does not take, and delivers it later in order', async () => {
    const journal = new JournalDouble(join(folder, 'socket'));
    const socket = new JournalSocket(clock, join(folder, 'socket'));
    let count = 0;
    const send = (): void => socket.send(Buffer.from(String((count += 1))));
    while (socket.waiting < 3) send();
    expect(count, 'the kernel takes a few').to.be.greaterThan(3);
    const taken = texts(journal.datagrams());
    send();
    await clock.advance(250);
    taken.push(...texts(journal.datagrams()));
    expect(taken).to.deep.equal(Array.from({ length: count }, (_, index) => String(index + 1)));
    expect({ waiting: socket.waiting, timers: clock.pending }).to.deep.equal({ waiting: 0, timers: [] });
    socket.close();
    journal.close();
  });
});
