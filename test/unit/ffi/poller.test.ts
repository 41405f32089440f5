import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import * as libc from '../../../src/ffi/libc.js';
import { Poller } from '../../../src/ffi/poller.js';

const one = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

function take(fd: number): void {
  libc.read(fd, Buffer.alloc(8));
}

/** What the kernel says of a descriptor of ours: for an epoll set, whom it watches. */
function descriptorInfo(fd: string): string {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
  } catch {
    // The one that read the folder is gone by now.
    return '';
  }
}

/** Resolves with what `onReady` throws, which the poller lets become an uncaught exception. */
async function uncaught(provoke: () => void): Promise<unknown> {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  try {
    const thrown = once(process, 'uncaughtException');
    provoke();
    return ((await thrown) as unknown[])[0];
  } finally {
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
}

describe('Poller', () => {
  let poller: Poller;
  const descriptors: number[] = [];
  const counter = (initial = 0): number => {
    const fd = libc.expectOk(libc.eventfd(initial), 'create an event descriptor');
    descriptors.push(fd);
    return fd;
  };
  /** Resolves at the first call; takes what is there. */
  const ready = (fd: number): Promise<void> =>
    new Promise((resolve) => {
      const watch = poller.watch(fd, { readable: true }, () => {
        take(fd);
        watch.close();
        resolve();
      });
    });

  beforeEach(() => {
    poller = new Poller();
  });
  afterEach(async () => {
    await poller.close();
    for (const fd of descriptors.splice(0)) libc.close(fd);
  });

  it('calls back for a descriptor that is ready already', async () => {
    await ready(counter(1));
  });

  it('calls back for one that becomes ready while it waits', async () => {
    const fd = counter();
    const called = ready(fd);
    libc.write(fd, one);
    await called;
  });

  it('calls again as long as something is there', async () => {
    const fd = counter(1);
    let calls = 0;
    await new Promise<void>((resolve) => {
      poller.watch(fd, { readable: true }, () => {
        if (++calls < 3) return;
        take(fd);
        resolve();
      });
    });
    expect(calls).to.equal(3);
  });

  it('calls for each of 500 descriptors that are ready at once', async () => {
    await Promise.all(Array.from({ length: 500 }, () => ready(counter(1))));
    expect(poller.size).to.equal(0);
  });

  it('waits for a priority event alone where that is wanted', async () => {
    // An eventfd never raises one.
    const fd = counter(1);
    poller.watch(fd, { priority: true }, () => expect.fail('not a priority event'));
    await ready(counter(1));
  });

  it('a watch closed by another callback of the same round is not called', async () => {
    const called: string[] = [];
    const watchBoth = (): void => {
      const watches = ['first', 'second'].map((name) =>
        poller.watch(counter(1), { readable: true }, () => {
          called.push(name);
          for (const watch of watches) watch.close();
        }),
      );
    };
    const start = counter(1);
    // In a callback, so that both are in the set before anybody waits again.
    const watch = poller.watch(start, { readable: true }, () => {
      watch.close();
      watchBoth();
    });
    await ready(counter(1));
    await ready(counter(1));
    await ready(counter(1));
    expect(called).to.have.length(1);
  });

  it('a descriptor may be closed in its own callback, and its number be watched again', async () => {
    const first = counter(1);
    const second = await new Promise<number>((resolve) => {
      const watch = poller.watch(first, { readable: true }, () => {
        libc.close(first);
        const reused = libc.eventfd(1);
        watch.close();
        resolve(reused);
      });
    });
    expect(second).to.equal(first);
    await ready(second);
  });

  it('closing an old watch late does not end the new one of the same number', async () => {
    const fd = counter();
    const old = poller.watch(fd, { readable: true }, () => expect.fail('the old watch'));
    libc.close(fd);
    expect(libc.eventfd(0)).to.equal(fd);
    const called = ready(fd);
    old.close();
    libc.write(fd, one);
    await called;
  });

  it('a descriptor closed before its watch, with a copy open in a child, does not stay in the set', async () => {
    const shared = counter(1);
    const [first, second] = [counter(1), counter(1)];
    const child = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', shared] });
    const watch = poller.watch(shared, { readable: true }, () => expect.fail('a closed watch'));
    libc.close(shared);
    watch.close();
    await ready(first);
    await ready(second);
    const sets = readdirSync('/proc/self/fdinfo').map((fd) => descriptorInfo(fd));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(sets.join('')).to.not.match(new RegExp(`tfd:\\s+${shared}\\s`));
  });

  it('refuses a descriptor that is watched already, and one that cannot be waited for', () => {
    const fd = counter();
    poller.watch(fd, { readable: true }, () => undefined);
    expect(() => poller.watch(fd, { readable: true }, () => undefined)).to.throw('EEXIST');
    const regular = libc.open(process.execPath, 0);
    expect(() => poller.watch(regular, { readable: true }, () => undefined)).to.throw('EPERM');
    libc.close(regular);
    expect(() => poller.watch(-1, { readable: true }, () => undefined)).to.throw('EBADF');
    expect(poller.size).to.equal(1);
  });

  it('an exception in a callback surfaces as uncaught and takes nobody with it', async () => {
    const calm = counter(1);
    let calmCalls = 0;
    const thrown = await uncaught(() => {
      const fd = counter(1);
      poller.watch(fd, { readable: true }, () => {
        take(fd);
        throw new Error('from a callback');
      });
      poller.watch(calm, { readable: true }, () => {
        calmCalls++;
        take(calm);
      });
    });
    expect(thrown).to.be.an('error').with.property('message', 'from a callback');
    libc.write(calm, one);
    await ready(counter(1));
    expect(calmCalls).to.be.greaterThan(0);
  });

  it('may be closed by a callback', async () => {
    const fd = counter(1);
    await new Promise<void>((resolve) => {
      poller.watch(fd, { readable: true }, () => void poller.close().then(resolve));
    });
    expect(() => poller.watch(fd, { readable: true }, () => undefined)).to.throw('closed');
  });

  it('gives back its descriptors and its exit handler when it is closed', async () => {
    const before = readdirSync('/proc/self/fd').length;
    const handlers = process.listenerCount('exit');
    const fd = counter();
    for (let round = 0; round < 20; round++) {
      const another = new Poller();
      another.watch(fd, { readable: true }, () => undefined);
      await another.close();
      await another.close();
    }
    expect(readdirSync('/proc/self/fd').length).to.equal(before + 1);
    expect(process.listenerCount('exit')).to.equal(handlers);
  });
});
