import { expect } from 'chai';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turns } from '../../../src/controller/turns.js';

describe('Jobs that take turns of the event loop', () => {
  it('begin one a turn, in their order, the first at once', async () => {
    const turns = new Turns();
    const begun: number[] = [];
    for (const job of [1, 2, 3]) void turns.mine().then(() => begun.push(job));
    await Promise.resolve();
    expect(begun).to.deep.equal([1]);
    await nextTurn();
    expect(begun).to.deep.equal([1, 2]);
    await nextTurn();
    expect(begun).to.deep.equal([1, 2, 3]);
  });

  it('leave room between them for what comes in', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    for (const job of ['first', 'second', 'third']) void turns.mine().then(() => seen.push(job));
    setImmediate(() => seen.push('an answer'));
    for (let turn = 0; turn < 4; turn++) await nextTurn();
    expect(seen).to.deep.equal(['first', 'second', 'an answer', 'third']);
  });

  it('begin at once again after a turn that nobody wanted', async () => {
    const turns = new Turns();
    await turns.mine();
    await nextTurn();
    let begun = false;
    void turns.mine().then(() => (begun = true));
    await Promise.resolve();
    expect(begun).to.equal(true);
  });
});
