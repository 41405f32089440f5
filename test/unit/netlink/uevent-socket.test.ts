import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { close, expectOk } from '../../../src/ffi/libc.js';
import { Poller } from '../../../src/ffi/poller.js';
import { prepare } from '../../../src/ffi/prepared.js';
import {
  AF_NETLINK,
  bind,
  netlinkAddress,
  netlinkAddressLayout,
  socket,
  socketTypes,
} from '../../../src/ffi/socket.js';
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

const sendto = prepare('sendto', { result: 'long', arguments: ['int', 'pointer', 'long', 'int', 'pointer', 'int'] });

/** Sends a message to the kernel's group as a process can that has CAP_NET_ADMIN: its length or -errno. */
function forge(tag: string): number {
  const head = '/devices/virtual/block/loop0';
  const lines = ['ACTION=change', `DEVPATH=${head}`, 'SUBSYSTEM=block', `SYNTH_ARG_X=${mine}${tag}`];
  const message = Buffer.from([`change@${head}`, ...lines].map((line) => `${line}\0`).join(''));
  const sender = expectOk(socket(AF_NETLINK, socketTypes.SOCK_DGRAM, 15), 'create a socket');
  // Sent to itself besides: a message to port 0 would go to the kernel, which sends it on as its own.
  const address = netlinkAddress(1);
  address.writeUInt32LE(0x4000_0000 + process.pid, netlinkAddressLayout.nl_pid);
  expectOk(bind(sender, address), 'bind it');
  const sent = sendto(sender, message, message.length, 0, address, address.length);
  close(sender);
  return sent;
}

describe('UeventSocket on the running kernel', function () {
  const poller = new Poller();
  let told: EventEmitter;
  let uevents: UeventSocket;
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

  afterEach(() => uevents.close());
  after(() => poller.close());

  it('tells events in their order, from the return of open on', async () => {
    uevents = new UeventSocket(poller);
    uevents.open(listener);
    for (let index = 0; index < 200; index++) send(`a${index}`);
    await once(told, 'a199');
    expect(tags).to.deep.equal(Array.from({ length: 200 }, (_, index) => `a${index}`));
    expect(overruns).to.deep.equal([]);
  });

  it('has room for a burst of thousands while the process is busy', async () => {
    uevents = new UeventSocket(poller);
    uevents.open(listener);
    expect(uevents.receiveLimit).to.be.at.least(16 * 1024 * 1024);
    for (let index = 0; index < 5000; index++) send(`b${index}`);
    await once(told, 'b4999');
    expect(tags).to.have.length(5000);
    expect(overruns).to.deep.equal([]);
  });

  it('tells an overrun once, and goes on', async () => {
    uevents = new UeventSocket(poller, 4096);
    uevents.open(listener);
    for (let index = 0; index < 100; index++) send(`c${index}`);
    await once(told, 'overrun');
    send('after');
    await once(told, 'after');
    expect(overruns).to.deep.equal(['overflow']);
    expect(tags.length).to.be.below(100);
    expect(tags.at(-1)).to.equal('after');
  });

  it('leaves out what a process sent to the group', async function () {
    uevents = new UeventSocket(poller);
    uevents.open(listener);
    if (forge('forged') < 0) this.skip();
    send('true');
    await once(told, 'true');
    expect(tags).to.deep.equal(['true']);
  });

  it('tells nothing after close, and can be closed twice', async () => {
    const closed = new UeventSocket(poller);
    closed.open({ ...listener, onEvent: () => overruns.push('told after close') });
    send('late');
    closed.close();
    closed.close();
    uevents = new UeventSocket(poller);
    uevents.open(listener);
    send('later');
    await once(told, 'later');
    expect(tags).to.deep.equal(['later']);
    expect(overruns).to.deep.equal([]);
  });
});
