// The package is installed on a machine that runs and has its disks already.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import {
  allRun,
  attempt,
  comes,
  disksOf,
  mapNames,
  maps,
  programs,
  properties,
  run,
  settle,
  udev,
  units,
} from '../inside/machine.js';
import { dpkg, packageFile } from '../inside/package.js';

describe('systemd: the package is installed', () => {
  before(() => {
    expect(mapNames()).to.deep.equal([]);
    dpkg('-i', packageFile('current'));
  });

  it('its services run, and every disk with two paths has its map', async () => {
    await allRun();
    for (const name of programs)
      expect([name, properties(name, 'ActiveState', 'NRestarts', 'UnitFileState')]).to.deep.equal([
        name,
        { ActiveState: 'active', NRestarts: '0', UnitFileState: 'enabled' },
      ]);
    expect((await units()).map(({ name, paths }) => [name, paths.length])).to.deep.equal([
      ['lu0', 2],
      ['lu1', 2],
      ['lu2', 2],
      ['lu3', 2],
    ]);
    await comes('every map is there', () => mapNames().join() === 'lu0,lu1,lu2,lu3', { found: mapNames });
    expect(run('spscmd', 'getlun').match(/LogicalUnit #\d/g)).to.deep.equal(
      [0, 1, 2, 3].map((n) => `LogicalUnit #${n}`),
    );
    expect(properties('pathmanager.service', 'StatusText').StatusText).to.match(/^4 logical units, 8 paths, 0 failed/);
  });

  it('nothing is held back by its sandbox', () => {
    const log = run('journalctl', '-b', '--no-pager', ...programs.flatMap((name) => ['-u', name]));
    expect(log)
      .to.include('Path watcher connected')
      .and.not.match(/"level":50|EPERM|EACCES/);
    const { MainPID } = properties('pathmanager.service', 'MainPID');
    const locked = /^VmLck:\s+(\d+) kB/m.exec(readFileSync(`/proc/${MainPID}/status`, 'utf8'));
    expect(Number(locked?.[1])).to.be.greaterThan(50_000);
  });

  it('systemd finds no fault with the units', () => {
    const { status, text } = attempt('systemd-analyze', 'verify', '--man=no', ...programs);
    expect({ status, text }).to.deep.equal({ status: 0, text: '' });
  });

  it('udev knows the paths as such, although it saw the disks before, and the maps as ready', async () => {
    settle();
    for (const { node } of (await units()).flatMap(({ paths }) => paths)) {
      await comes(`${node} is claimed`, () => udev(node).get('DM_MULTIPATH_DEVICE_PATH') === '1');
      const known = udev(node);
      expect([known.get('ID_FS_TYPE'), known.get('SYSTEMD_READY')]).to.deep.equal(['mpath_member', '0']);
    }
    for (const map of maps()) {
      const known = udev(map);
      expect([map, known.get('MPATH_DEVICE_READY'), known.get('SYSTEMD_READY') ?? '1']).to.deep.equal([map, '1', '1']);
    }
  });

  it('a disk with one path is left to others', () => {
    const [local = ''] = disksOf('local');
    expect(udev(local).get('ID_SERIAL')).to.include('0000d003');
    expect(udev(local).get('DM_MULTIPATH_DEVICE_PATH')).to.equal(undefined);
  });
});
