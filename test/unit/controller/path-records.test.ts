import { expect } from 'chai';
import { pathNumber } from '../../../src/base/ids.js';
import { PathRecords } from '../../../src/controller/path-records.js';
import type { EventRecord } from '../../../src/model/catalogue.js';
import { unitA, unitB } from '../../support/machine.js';

const number = pathNumber('1:0:0:0');
const record = (id: EventRecord['id'], at: number, fields: Partial<EventRecord> = {}): EventRecord => {
  return { id, at, wwid: unitA, unit: null, path: number, detail: '', ...fields };
};

describe('The records of a path', () => {
  it('are the last one of each kind, newest first', () => {
    const records = new PathRecords();
    for (const each of [record(270, 1), record(273, 2), record(270, 3), record(264, 4)]) records.note(each);
    expect(records.of(unitA, number).map(({ id, at }) => [id, at])).to.deep.equal([
      [270, 3],
      [273, 2],
    ]);
  });

  it('are its own, and those of nothing else', () => {
    const records = new PathRecords();
    records.note(record(270, 1, { wwid: unitB }));
    records.note(record(270, 2, { path: pathNumber('2:0:0:0') }));
    records.note(record(270, 3, { path: null }));
    records.note(record(270, 4, { wwid: null }));
    expect(records.of(unitA, number)).to.deep.equal([]);
  });

  it('go with the path', () => {
    const records = new PathRecords();
    records.note(record(270, 1));
    records.note(record(274, 2));
    expect(records.of(unitA, number)).to.deep.equal([]);
  });
});
