import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { close, expectOk, read } from '../../../src/ffi/libc.js';
import { AF_UNIX, bind, socket, socketTypes, unixAddress } from '../../../src/ffi/socket.js';
import { ServiceManager } from '../../../src/services/sd-notify.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('the service manager', () => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  let fd: number;
  let clock: FakeClock;
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(() => close(fd));

  const listen = (name: string): string => {
    fd = expectOk(socket(AF_UNIX, socketTypes.SOCK_DGRAM | socketTypes.SOCK_NONBLOCK, 0), 'open a socket');
    expectOk(bind(fd, unixAddress(name) ?? Buffer.alloc(0)), `bind "${name}"`);
    return name;
  };
  const received = (): string[] => {
    const texts: string[] = [];
    const buffer = Buffer.alloc(4096);
    for (let length = read(fd, buffer); length > 0; length = read(fd, buffer)) {
      texts.push(buffer.toString('utf8', 0, length));
    }
    return texts;
  };

  for (const name of [join(folder, 'notify'), `@test/notify/${process.pid}`]) {
    it(`hears of readiness, status and stop at "${name.slice(0, 1)}..."`, () => {
      const manager = new ServiceManager({ NOTIFY_SOCKET: listen(name) }, clock);
      manager.starting('one\nREADY=1');
      manager.ready(() => 'two units');
      manager.stopping('bye');
      expect(received()).to.deep.equal(['STATUS=one READY=1', 'READY=1\nSTATUS=two units', 'STOPPING=1\nSTATUS=bye']);
    });
  }

  it('is fed at half of the watchdog time once ready, with the status where it is another one', async () => {
    const environment = { NOTIFY_SOCKET: listen(`@test/feed/${process.pid}`), WATCHDOG_USEC: '20000000' };
    const manager = new ServiceManager(environment, clock);
    await clock.advance(60_000);
    expect(received(), 'before it is ready').to.deep.equal([]);
    let status = 'fine';
    manager.ready(() => status);
    await clock.advance(10_000);
    status = 'worse';
    await clock.advance(10_000);
    expect(received()).to.deep.equal(['READY=1\nSTATUS=fine', 'WATCHDOG=1', 'WATCHDOG=1\nSTATUS=worse']);
  });

  it("a watchdog of another process is not fed, and helpers do not inherit the service's voice", () => {
    const environment = {
      NOTIFY_SOCKET: listen(`@test/other/${process.pid}`),
      WATCHDOG_USEC: '1000',
      WATCHDOG_PID: '1',
      PATH: '/bin',
    };
    new ServiceManager(environment, clock, 2).ready(() => '');
    expect(clock.pending).to.deep.equal([]);
    expect(environment).to.deep.equal({ PATH: '/bin' });
  });

  it('what it is too busy to take comes later, in order', async () => {
    const manager = new ServiceManager({ NOTIFY_SOCKET: listen(`@test/busy/${process.pid}`) }, clock);
    // More than /proc/sys/net/unix/max_dgram_qlen, which no test machine sets that high.
    let sent = 0;
    while (clock.pending.length === 0 && sent < 10_000) manager.starting(String(sent++));
    manager.ready(() => 'at last');
    const early = received();
    expect(early.at(-1)).to.equal(`STATUS=${sent - 2}`);
    await clock.advance(1000);
    expect(received()).to.deep.equal([`STATUS=${sent - 1}`, 'READY=1\nSTATUS=at last']);
  });

  it('that is absent or unspeakable disturbs nothing', () => {
    fd = -1;
    for (const NOTIFY_SOCKET of [undefined, '', 'vsock:2:1234', `/${'x'.repeat(200)}`, '@'])
      expect(new ServiceManager({ NOTIFY_SOCKET }, clock).present, NOTIFY_SOCKET).to.equal(false);
    new ServiceManager({ NOTIFY_SOCKET: join(folder, 'nobody') }, clock).ready(() => 'x');
  });
});
