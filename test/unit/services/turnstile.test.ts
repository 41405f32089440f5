import { expect } from 'chai';
import { Turnstile } from '../../../src/services/watcher/turnstile.js';
import { FakeClock, settle } from '../../support/fake-clock.js';

describe('Turnstile', () => {
  it('lets so many in at once, and the next when one leaves', async () => {
    const turnstile = new Turnstile(new FakeClock(), 2, 1000);
    const jobs = [0, 1, 2].map(() => deferred());
    const started: number[] = [];
    jobs.forEach((job, index) =>
      turnstile.run(() => {
        started.push(index);
        return job.promise;
      }),
    );
    expect(started).to.deep.equal([0, 1]);
    jobs[1]?.resolve();
    await settle();
    expect(started).to.deep.equal([0, 1, 2]);
  });

  it('gives the place of a slow job away, once', async () => {
    const clock = new FakeClock();
    const turnstile = new Turnstile(clock, 1, 1000);
    const slow = deferred();
    const started: string[] = [];
    turnstile.run(() => slow.promise);
    for (const name of ['b', 'c']) {
      turnstile.run(() => {
        started.push(name);
        return new Promise(() => undefined);
      });
    }
    await clock.advance(999);
    expect(started).to.deep.equal([]);
    await clock.advance(1);
    expect(started).to.deep.equal(['b']);
    slow.resolve();
    await settle();
    expect(started).to.deep.equal(['b']);
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
