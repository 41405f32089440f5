// What an operator lives with, on a real systemd and udevd with the package installed from the .deb. Disks are scsi_debug's:
// two logical units with two paths each at boot.
import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { until } from '../inside/until.js';

const debug = '/sys/bus/pseudo/drivers/scsi_debug';

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', timeout: 60_000 });
}

function property(unit: string, name: string): string {
  return run('systemctl', 'show', '--value', '-p', name, unit).trim();
}

function udev(node: string): ReadonlyMap<string, string> {
  const lines = run('udevadm', 'info', '--query=property', `--name=/dev/${node}`).split('\n');
  return new Map(lines.map((line) => line.split('=', 2) as [string, string]));
}

interface Listing {
  readonly units: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly paths: readonly { readonly node: string }[];
  }[];
}

function getlun(): Listing['units'] {
  return (JSON.parse(run('spscmd', 'getlun', '--json')) as Listing).units;
}

function maps(): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('dm-'))
    .sort();
}

/** A command that a unit attention can answer. */
function touchDisks(): void {
  for (const disk of readdirSync('/sys/block').filter((name) => name.startsWith('sd')))
    spawnSync('dd', [`if=/dev/${disk}`, 'of=/dev/null', 'count=1', 'iflag=direct']);
}

describe('the package under systemd', () => {
  it('is ready, with every map, before file systems are looked for', () => {
    expect(property('pathmanager.service', 'ActiveState')).to.equal('active');
    const ready = Number(property('pathmanager.service', 'ActiveEnterTimestampMonotonic'));
    const fileSystems = Number(property('local-fs-pre.target', 'ActiveEnterTimestampMonotonic'));
    const udevd = Number(property('systemd-udevd.service', 'ActiveEnterTimestampMonotonic'));
    expect(ready).to.be.greaterThan(udevd).and.lessThan(fileSystems);
    expect(getlun().map((unit) => unit.paths.length)).to.deep.equal([2, 2]);
    expect(property('pathmanager.service', 'StatusText')).to.match(/^2 logical units, 4 paths, 0 failed/);
    expect(property('pathmanager.service', 'NRestarts')).to.equal('0');
    process.stdout.write(`    pathmanager.service is ready ${(ready / 1e6).toFixed(1)} s after the kernel\n`);
  });

  it('its watcher and its logger run beside it, none of them held back by its sandbox', () => {
    for (const unit of ['ispmwatcher.service', 'ispmlogger.service'])
      expect([unit, property(unit, 'ActiveState'), property(unit, 'NRestarts')]).to.deep.equal([unit, 'active', '0']);
    const log = run('journalctl', '-b', '--no-pager', '-u', 'pathmanager', '-u', 'ispmwatcher');
    expect(log)
      .to.include('Path watcher connected')
      .and.not.match(/"level":50|EPERM|EACCES/);
    const locked = /^VmLck:\s+(\d+) kB/m.exec(
      readFileSync(`/proc/${property('pathmanager.service', 'MainPID')}/status`, 'utf8'),
    );
    expect(Number(locked?.[1])).to.be.greaterThan(50_000);
  });

  it('every path is claimed and the map is ready for others', async () => {
    for (const { paths } of getlun()) {
      for (const { node } of paths) {
        await until(`${node} is claimed`, () => udev(node).get('DM_MULTIPATH_DEVICE_PATH') === '1');
        const known = udev(node);
        expect([known.get('ID_FS_TYPE'), known.get('SYSTEMD_READY')]).to.deep.equal(['mpath_member', '0']);
      }
    }
    for (const map of maps()) {
      const known = udev(map);
      expect([map, known.get('MPATH_DEVICE_READY'), known.get('SYSTEMD_READY') ?? '1']).to.deep.equal([map, '1', '1']);
    }
  });

  for (const [how, signal] of [
    ['killed', 'SIGKILL'],
    ['hanging', 'SIGSTOP'],
  ] as const) {
    it(`a controller that is ${how} is started again, and the maps stay`, async () => {
      const before = { pid: property('pathmanager.service', 'MainPID'), maps: maps() };
      run('systemctl', 'kill', '--kill-who=main', `--signal=${signal}`, 'pathmanager.service');
      await until(
        'another one runs',
        () => {
          const pid = property('pathmanager.service', 'MainPID');
          return pid !== '0' && pid !== before.pid && property('pathmanager.service', 'ActiveState') === 'active';
        },
        { withinMs: 50_000 },
      );
      expect(maps()).to.deep.equal(before.maps);
      expect(getlun().map((unit) => unit.paths.length)).to.deep.equal([2, 2]);
    });
  }

  it('a LUN that is added in the array appears by itself', async () => {
    writeFileSync(`${debug}/max_luns`, '3');
    touchDisks();
    await until('the third unit has its map', () => getlun().length === 3 && maps().length === 3, {
      withinMs: 40_000,
      found: () => run('journalctl', '-b', '--no-pager', '-n', '15'),
    });
  });

  it('a LUN that grows in the array grows', async () => {
    writeFileSync(`${debug}/virtual_gb`, '1');
    touchDisks();
    await until('every map has a gigabyte', () => getlun().every((unit) => unit.sizeBytes >= 2 ** 30), {
      withinMs: 40_000,
      found: () => run('journalctl', '-b', '--no-pager', '-n', '15'),
    });
    const sectors = (): number[] => maps().map((map) => Number(readFileSync(`/sys/block/${map}/size`, 'utf8')));
    await until('the kernel has every map so', () => sectors().every((size) => size >= 2 ** 21), {
      withinMs: 20_000,
      found: sectors,
    });
  });

  it('a stop ends in time while a unit has no path, and the maps stay', () => {
    const before = maps();
    for (const { node } of getlun()[0]?.paths ?? []) writeFileSync(`/sys/block/${node}/device/state`, 'offline\n');
    const started = performance.now();
    run('systemctl', 'stop', 'pathmanager.service');
    expect(performance.now() - started).to.be.lessThan(8_000);
    expect(maps()).to.deep.equal(before);
    expect(property('ispmwatcher.service', 'ActiveState')).to.equal('inactive');
    run('systemctl', 'start', 'pathmanager.service', 'ispmwatcher.service');
    expect(maps()).to.deep.equal(before);
  });

  // The unit without a path stays so: the shutdown after this test is the last story, and the lab ends when it does.
  after(() => {
    for (const { node } of getlun()[0]?.paths ?? []) writeFileSync(`/sys/block/${node}/device/state`, 'offline\n');
  });
});
