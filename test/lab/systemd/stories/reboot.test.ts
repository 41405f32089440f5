// The machine starts with everything installed, its disks under other names and behind other hosts.
import { expect } from 'chai';
import { mkdirSync, readFileSync } from 'node:fs';
import { allRun, comes, disksOf, maps, properties, read, run, settle, udev, unit, units } from '../inside/machine.js';
import { recall, remembered } from '../inside/memory.js';
import { below, content, mountPoint, physicalVolumes, volume } from '../inside/volume.js';

describe('systemd: the machine starts', () => {
  before(async () => {
    await allRun();
    settle();
  });

  it('the controller is ready, with every map, before file systems and LVM look', async () => {
    const ready = entered('pathmanager.service');
    expect(ready).to.be.greaterThan(entered('systemd-udevd.service')).and.lessThan(entered('local-fs-pre.target'));
    const activated = await comes('LVM has activated the volume', () =>
      firstWord(`lvm-activate-${volume.group}.service`),
    );
    expect(ready).to.be.lessThan(activated);
    expect(properties('pathmanager.service', 'NRestarts').NRestarts).to.equal('0');
    process.stdout.write(`    pathmanager.service is ready ${(ready / 1e6).toFixed(1)} s after the kernel\n`);
  });

  it('logical units have their numbers, names, priorities and modes, though every disk has another name', async () => {
    const { units: before, nodes } = recall();
    const now = await units();
    expect(remembered(now)).to.deep.equal(before);
    for (const { name, paths } of now) expect(paths.map(({ node }) => node)).to.not.have.members(nodes[name] ?? []);
  });

  it('a volume on a logical unit comes up from the map and never from a path', async () => {
    await comes('the volume is there', () => read(`/sys/class/block/${nodeOf(volume.device)}/dm/name`));
    expect(below(volume.device)).to.deep.equal([(await unit('lu0')).map?.node]);
    expect(physicalVolumes()).to.deep.equal(['/dev/mapper/lu0']);
    mkdirSync(mountPoint, { recursive: true });
    run('mount', volume.device, mountPoint);
    expect(readFileSync(content.file, 'utf8')).to.equal(content.text);
  });

  it('every path is claimed from the start, and none was read', async () => {
    for (const { node } of (await units()).flatMap(({ paths }) => paths)) {
      const known = udev(node);
      expect([node, known.get('ID_FS_TYPE'), known.get('SYSTEMD_READY')]).to.deep.equal([node, 'mpath_member', '0']);
      expect([...known.keys()].filter((name) => /^ID_(FS_(?!TYPE)|PART_)/.test(name))).to.deep.equal([]);
    }
  });

  it('a coldplug reads the maps and not the paths', async () => {
    const before = await reads();
    run('udevadm', 'trigger', '--action=add', '--subsystem-match=block');
    settle();
    const after = await reads();
    const grown = [...after].map(([name, count]) => [name, count.map - (before.get(name)?.map ?? 0)] as const);
    expect(
      grown.every(([, count]) => count > 0),
      JSON.stringify(grown),
    ).to.equal(true);
    for (const [name, count] of after) {
      const last = before.get(name);
      // Each read of a path is one that the map has passed on.
      expect([name, count.paths - (last?.paths ?? 0)]).to.deep.equal([name, count.map - (last?.map ?? 0)]);
    }
  });

  it('a disk that an old claim names belongs to itself again', async () => {
    const [local = ''] = disksOf('local');
    await comes('udev has read it', () => udev(local).get('ID_FS_LABEL') === 'lab-local', {
      found: () => [...udev(local)],
    });
    expect(udev(local).get('DM_MULTIPATH_DEVICE_PATH')).to.equal(undefined);
    expect(udev(local).get('SYSTEMD_READY') ?? '1').to.equal('1');
    expect(maps()).to.have.length((await units()).length);
  });
});

/** When a unit became active, in microseconds after the kernel. */
function entered(unit: string): number {
  return Number(properties(unit, 'ActiveEnterTimestampMonotonic').ActiveEnterTimestampMonotonic);
}

/** When a service that is perhaps gone by now said something first, in microseconds after the kernel; null: it has not yet. */
function firstWord(service: string): number | null {
  const [line = ''] = run('journalctl', '-b', '-o', 'json', '-u', service).split('\n');
  return line === '' ? null : Number((JSON.parse(line) as { __MONOTONIC_TIMESTAMP: string }).__MONOTONIC_TIMESTAMP);
}

function nodeOf(device: string): string {
  return run('readlink', '-f', device).trim().slice('/dev/'.length);
}

/** Reads that the block devices have completed since the kernel started: of the map, and of all its paths together. */
async function reads(): Promise<ReadonlyMap<string, { readonly map: number; readonly paths: number }>> {
  const completed = (node: string): number => Number(read(`/sys/block/${node}/stat`).trim().split(/\s+/)[0]);
  return new Map(
    (await units()).map(({ name, map, paths }) => [
      name,
      { map: completed(map?.node ?? ''), paths: paths.reduce((sum, { node }) => sum + completed(node), 0) },
    ]),
  );
}
