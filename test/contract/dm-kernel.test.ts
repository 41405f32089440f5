/** What src/dm makes of a real kernel beyond the port: refusals, leftovers, events, nodes. Runs in the lab only. */
import { closeSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { hasErrno } from '../../src/base/errors.js';
import type { DevT } from '../../src/base/ids.js';
import { devT, mapName, sectors } from '../../src/base/ids.js';
import type { MapTable } from '../../src/base/map-facts.js';
import { openControl } from '../../src/dm/control.js';
import * as devices from '../../src/dm/devices.js';
import { watchEvents } from '../../src/dm/events.js';
import {
  createMap,
  ensureRunning,
  listMaps,
  readMap,
  reloadMap,
  removeMap,
  renameMap,
  requireMultipath,
} from '../../src/dm/maps.js';
import { sendMessage } from '../../src/dm/messages.js';
import { parseTable, sameTable } from '../../src/dm/table.js';
import { errno } from '../../src/ffi/errno.js';
import { close, expectOk } from '../../src/ffi/libc.js';
import { Poller } from '../../src/ffi/poller.js';
import { bind, netlinkAddress, recvmsg, AF_NETLINK, socket, socketTypes } from '../../src/ffi/socket.js';
import { startReader } from '../lab/inside/io.js';
import { hang, loadScsiDebug, unhang, unloadScsiDebug } from '../lab/inside/scsi-debug.js';
import { until } from '../lab/inside/until.js';
import { mapNode, removeOwnMaps } from './real-kernel.js';

const name = mapName('pathmanager-contract');
const uuid = 'mpath-3contract';

describe('contract: device mapper of the real kernel', () => {
  let disks: string[];
  let a: DevT, b: DevT;
  let size: MapTable['sizeSectors'];

  before(async function () {
    // Needs the lab: npm run lab:test.
    if (process.env['PATHMANAGER_LAB'] !== '1') this.skip();
    disks = [...(await loadScsiDebug({ luns: 1, hosts: 2, sizeMb: 8 })).values()].flat();
    [a = devT('0:0'), b = devT('0:0')] = disks.map((disk) => devT(attribute(disk, 'dev')));
    size = sectors(Number(attribute(disks[0] ?? '', 'size')));
  });
  after(async () => {
    if (process.env['PATHMANAGER_LAB'] === '1') await unloadScsiDebug();
  });
  afterEach(() => removeOwnMaps());

  function attribute(disk: string, file: string): string {
    return readFileSync(`/sys/block/${disk}/${file}`, 'utf8').trim();
  }
  const table = (...groups: DevT[][]): MapTable => ({
    sizeSectors: size,
    queueIfNoPath: true,
    groups: groups.map((paths) => ({ selector: 'queue-length', paths })),
  });

  it('has the multipath target', () => {
    expect(devices.targets().map((target) => target.name)).to.include('multipath');
    expect(devices.version()[0]).to.equal(4);
    expect(devices.targetVersion('multipath')).to.have.property('name', 'multipath');
    expect(devices.targetVersion('no-such-target')).to.equal(null);
    requireMultipath();
  });

  it('is reached without udev: the control node is made where it is missing', () => {
    rmSync('/dev/mapper/control');
    closeSync(openControl());
    expect(existsSync('/dev/mapper/control')).to.equal(true);
  });

  it('lists 300 devices in one call, far more than the first buffer holds', () => {
    const names = Array.from({ length: 300 }, (_value, index) => `${name}-${index}-${'x'.repeat(80)}`);
    for (const each of names) devices.create(each, `mpath-${each}`);
    const listed = devices.list('mpath-').filter((entry) => entry.name.startsWith(name));
    expect(listed.map((entry) => entry.name)).to.have.members(names);
    expect(listed.map((entry) => entry.uuid)).to.have.members(names.map((each) => `mpath-${each}`));
    expect(new Set(listed.map((entry) => entry.devT)).size).to.equal(300);
  });

  it('prints every table that it takes as the same table', () => {
    const features = [
      '0',
      '1 queue_if_no_path',
      '2 pg_init_retries 50',
      '2 pg_init_delay_msecs 300',
      '1 retain_attached_hw_handler',
      '2 queue_mode bio',
      '2 queue_mode mq',
      '7 queue_if_no_path pg_init_retries 3 pg_init_delay_msecs 5 queue_mode bio',
    ];
    const groups = [
      '0 0',
      `2 1 round-robin 0 1 1 ${a} 1 round-robin 0 1 1 ${b} 1`,
      `2 2 queue-length 0 1 1 ${a} 1 service-time 0 1 1 ${b} 1`,
      `1 1 service-time 0 2 2 ${a} 1 5 ${b} 1 3`,
      `1 1 service-time 0 2 0 ${a} ${b}`,
      `1 1 queue-length 0 2 0 ${a} ${b}`,
      `1 1 round-robin 0 2 0 ${a} ${b}`,
    ];
    for (const params of features.flatMap((words) => groups.map((body) => `${words} 0 ${body}`))) {
      devices.create(name, uuid);
      devices.loadTable({ name }, { sizeSectors: size, target: 'multipath', params });
      devices.resume({ name });
      const printed = devices.tableText({ name })?.targets[0]?.text ?? '';
      expect(sameTable(parseTable(printed), parseTable(params)), `${params} -> ${printed}`).to.equal(true);
      expect(readMap(name)).to.have.property('hasTable', true);
      devices.remove({ name });
    }
  });

  it('refuses to open a write-protected disk for writing, and the map becomes read-only', () => {
    const protect = (value: 'Y' | 'N'): void => {
      writeFileSync('/sys/module/scsi_debug/parameters/wp', value);
      for (const disk of disks) writeFileSync(`/sys/block/${disk}/device/rescan`, '1');
    };
    protect('Y');
    try {
      createMap(name, uuid, table([a, b]));
      expect(readMap(name)).to.include({ readOnly: true, suspended: false });
      expect(() =>
        devices.loadTable({ name }, { sizeSectors: size, target: 'multipath', params: '0 0 0 0' }),
      ).not.to.throw();
      const params = `0 0 1 1 round-robin 0 1 1 ${a} 1`;
      expect(() => devices.loadTable({ name }, { sizeSectors: size, target: 'multipath', params })).to.throw('EROFS');
    } finally {
      protect('N');
    }
    reloadMap(name, { ...table([a], [b]) });
    expect(readMap(name)).to.include({ readOnly: false });
  });

  it('leaves a map suspended when a table cannot come into use; ensureRunning gets it going with the old one', () => {
    createMap(name, uuid, table([a], [b]));
    const params = `0 0 1 1 round-robin 0 1 1 ${a} 1`;
    devices.loadTable({ name }, { sizeSectors: sectors(size + 8), target: 'multipath', params });
    expect(() => devices.resume({ name })).to.throw('EINVAL');
    expect(devices.info({ name })).to.include({ suspended: true });
    expect(ensureRunning(name)).to.equal('changed');
    expect(readMap(name)).to.include({ suspended: false, sizeSectors: size });
    expect(ensureRunning(name)).to.equal('unchanged');
  });

  it('keeps a table that was loaded and never used until ensureRunning drops it', () => {
    createMap(name, uuid, table([a], [b]));
    const params = `0 0 1 1 round-robin 0 1 1 ${b} 1`;
    devices.loadTable({ name }, { sizeSectors: size, target: 'multipath', params });
    expect(devices.info({ name })).to.include({ inactive: true });
    expect(ensureRunning(name)).to.equal('changed');
    expect(devices.info({ name })).to.include({ inactive: false, suspended: false });
    expect(readMap(name)?.groups).to.have.length(2);
  });

  it('renames, unless the name is taken', () => {
    const to = mapName(`${name}-renamed`);
    createMap(name, uuid, table([a]));
    devices.create(to, 'mpath-3other');
    expect(() => renameMap(name, to)).to.throw(`there is another map "${to}"`);
    devices.remove({ name: to });
    expect(renameMap(name, to)).to.equal('changed');
    expect(renameMap(to, to)).to.equal('unchanged');
    expect(readMap(to)).to.include({ name: to, uuid });
    expect(readMap(name)).to.equal(null);
  });

  it('leaves out what is no multipath map of ours, and says so', () => {
    devices.create(`${name} with blanks`, uuid);
    devices.create(name, `${uuid}-linear`);
    devices.loadTable({ name }, { sizeSectors: sectors(8), target: 'linear', params: `${a} 0` });
    devices.resume({ name });
    const unreadable: string[] = [];
    const listed = listMaps((each, error) => unreadable.push(`${error.code} ${each}`));
    expect(listed.filter((map) => map.name.startsWith(name))).to.deep.equal([]);
    expect(unreadable).to.have.members([`BAD_IDENTIFIER ${name} with blanks`, `DM_MALFORMED ${name}`]);
  });

  it('tells udev with each resume what has changed', async () => {
    const { SOCK_RAW, SOCK_NONBLOCK } = socketTypes;
    const uevents = expectOk(socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, 15), 'open a socket');
    expectOk(bind(uevents, netlinkAddress(1)), 'bind it');
    const cookies: string[] = [];
    const collect = (): void => {
      const buffer = Buffer.alloc(8192);
      for (let { length } = recvmsg(uevents, buffer); length > 0; { length } = recvmsg(uevents, buffer)) {
        const text = buffer.toString('latin1', 0, length).split('\0');
        const cookie = text.find((line) => line.startsWith('DM_COOKIE='));
        if (cookie !== undefined)
          cookies.push(`${text[0]?.split('@')[0] ?? ''} ${Number(cookie.slice(10)).toString(16)}`);
      }
    };
    try {
      createMap(name, uuid, table([a]));
      reloadMap(name, table([b]));
      reloadMap(name, table([a]), { udev: ['RELOAD', 'NO_PATHS'] });
      renameMap(name, mapName(`${name}-2`));
      removeMap(mapName(`${name}-2`));
      await until('five uevents have come', () => {
        collect();
        return cookies.length >= 5;
      });
    } finally {
      close(uevents);
    }
    expect(cookies).to.deep.equal([
      'change 600000',
      'change 1600000',
      'change 5600000',
      'change 600000',
      'remove 600000',
    ]);
  });

  it('loses no event of a storm: after it, the last look shows how things are', async () => {
    createMap(name, uuid, table([a, b]));
    const poller = new Poller();
    const seen: string[] = [];
    const state = (): string => JSON.stringify(readMap(name)?.groups);
    const watch = watchEvents(poller, 'mpath-', (event) => {
      if (event.what === 'changed') seen.push(state());
    });
    for (let round = 0; round < 300; round++) {
      sendMessage(name, { kind: round % 2 === 0 ? 'fail-path' : 'reinstate-path', devT: round % 4 < 2 ? a : b });
      // The storm goes on while its events are told.
      if (round % 10 === 0) await new Promise(setImmediate);
    }
    sendMessage(name, { kind: 'fail-path', devT: b });
    const last = state();
    await until('the last state is told', () => seen.at(-1) === last);
    watch.close();
    await poller.close();
    expect(seen.length).to.be.greaterThan(1);
  });

  it('answers at once while the disks hang, and so do messages', async () => {
    createMap(name, uuid, table([a, b]));
    for (const disk of disks) writeFileSync(`/sys/block/${disk}/device/timeout`, '1');
    const reader = await startReader(mapNode(name));
    await hang();
    try {
      await until('a read is in flight', () =>
        readMap(name)?.groups.some((group) => group.paths.some((path) => (path.inFlight ?? 0) > 0)),
      );
      const started = performance.now();
      readMap(name);
      listMaps();
      sendMessage(name, { kind: 'fail-path', devT: a });
      sendMessage(name, { kind: 'reinstate-path', devT: a });
      expect(() => removeMap(name)).to.throw('it is in use');
      expect(performance.now() - started).to.be.lessThan(500);
    } finally {
      await unhang();
      await until('the reads are done', () =>
        readMap(name)?.groups.every((group) => group.paths.every((path) => path.inFlight === 0 || path.failed)),
      );
      reader.kill();
      await until('the map is closed', () => readMap(name)?.openCount === 0);
    }
  });

  it('10,000 readings of a map leave the memory as it was', function () {
    createMap(name, uuid, table([a], [b]));
    const run = (count: number): void => {
      for (let index = 0; index < count; index++) readMap(name);
    };
    run(2000);
    const before = process.memoryUsage.rss();
    const started = performance.now();
    run(10_000);
    const growth = (process.memoryUsage.rss() - before) / 2 ** 20;
    const each = (performance.now() - started) / 10;
    if (this.test) this.test.title += ` (grew by ${growth.toFixed(1)} MiB, ${each.toFixed(0)} us a reading)`;
    expect(growth).to.be.lessThan(10);
  });

  it('says ENXIO for a map that is not there, and null where absence is an answer', () => {
    expect(readMap(name)).to.equal(null);
    expect(devices.info({ uuid })).to.equal(null);
    expect(removeMap(name)).to.equal('unchanged');
    try {
      ensureRunning(name);
      expect.fail('resumed');
    } catch (error) {
      expect(hasErrno(error, errno.ENXIO)).to.equal(true);
    }
  });
});
