import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { Poller } from '../../../src/ffi/poller.js';
import { UeventSocket } from '../../../src/netlink/uevent-socket.js';
import type { UeventListener } from '../../../src/netlink/uevent-socket.js';

/** A device that every machine has, whose `uevent` file makes the kernel send one. */
const trigger = ['/sys/block/loop0/uevent', '/sys/class/mem/null/uevent'].find((path) => existsSync(path));
const canSend = trigger !== undefined && process.getuid?.() === 0 && readdirSync('/sys').length > 0;

/** Other runs of this test hear our events, and we theirs. */
const mine = `p${process.pid}x`;

const send = (tag: string): void => {
  // SYNTH_ARG_X comes back with the event (Documentation/ABI/testing/sysfs-uevent).
  writeFileSync(trigger ?? '', `change 12345678-1234-1234-1234-123456789abc X=${mine}${tag}`);
};

describe('UeventSocket on the running kernel', function () {
  const poller = new Poller();
  let told: EventEmitter;
  let socket: UeventSocket;
  let listener: UeventListener;
  const tags: string[] = [];
  const overruns: string[] = [];

  before(function () {
    if (!canSend) this.skip();
    try {
      send('probe');
    } catch {
      // A container may have sysfs read-only.
      this.skip();
    }
  });

  beforeEach(() => {
    told = new EventEmitter();
    tags.length = 0;
    overruns.length = 0;
    listener = {
      onEvent: ({ properties }) => {
        const [, tag] = (properties.get('SYNTH_ARG_X') ?? '').split(mine);
        if (tag === undefined) return;
        tags.push(tag);
        told.emit(tag);
      },
      onOverrun: (cause) => {
        overruns.push(cause);
        told.emit('overrun');
      },
      onMalformed: (error) => {
        throw error;
      },
    };
  });

  afterEach(() => socket.close());
  after(() => poller.close());

  it('tells events in their order, from the return of open on', async () => {
    socket = new UeventSocket(poller);
    socket.open(listener);
    for (let index = 0; index < 200; index++) send(`a${index}`);
    await once(told, 'a199');
    expect(tags).to.deep.equal(Array.from({ length: 200 }, (_, index) => `a${index}`));
    expect(overruns).to.deep.equal([]);
  });

  it('has room for a burst of thousands while the process is busy', async () => {
    socket = new UeventSocket(poller);
    socket.open(listener);
    expect(socket.receiveLimit).to.be.at.least(16 * 1024 * 1024);
    for (let index = 0; index < 5000; index++) send(`b${index}`);
    await once(told, 'b4999');
    expect(tags).to.have.length(5000);
    expect(overruns).to.deep.equal([]);
  });

  it('tells an overrun once, and goes on', async () => {
    socket = new UeventSocket(poller, 4096);
    socket.open(listener);
    for (let index = 0; index < 100; index++) send(`c${index}`);
    await once(told, 'overrun');
    send('after');
    await once(told, 'after');
    expect(overruns).to.deep.equal(['overflow']);
    expect(tags.length).to.be.below(100);
    expect(tags.at(-1)).to.equal('after');
  });

  it('tells nothing after close, and can be closed twice', async () => {
    const closed = new UeventSocket(poller);
    closed.open({ ...listener, onEvent: () => overruns.push('told after close') });
    send('late');
    closed.close();
    closed.close();
    socket = new UeventSocket(poller);
    socket.open(listener);
    send('later');
    await once(told, 'later');
    expect(tags).to.deep.equal(['later']);
    expect(overruns).to.deep.equal([]);
  });
});
