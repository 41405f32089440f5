import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devT, pathNumber, wwid } from '../../../src/base/ids.js';
import { deleteDisk, type DoomedDisk, HelperDiskRemoval } from '../../../src/controller/disk-removal.js';
import { page83, SysfsScene } from '../../support/sysfs-scene.js';

const doomed: DoomedDisk = {
  node: 'sda',
  devT: devT('8:0'),
  number: pathNumber('2:0:0:0'),
  wwid: wwid('35000000000000001'),
};

describe('The deletion of a disk', () => {
  let scene: SysfsScene;
  let folder: string;

  beforeEach(() => {
    scene = new SysfsScene();
    folder = scene.disk({ node: 'sda', number: '2:0:0:0', devT: '8:0', page83: page83('5000000000000001') });
    scene.file('class/scsi_device/2:0:0:0/device/delete', '');
  });
  afterEach(() => scene.cleanup());

  const run = (disk: Partial<DoomedDisk> = {}): Promise<string | null> =>
    deleteDisk({ ...doomed, ...disk }, scene.sysfs, scene.procRoot);
  const written = (): string | null => scene.sysfs.text('class/scsi_device/2:0:0:0/device/delete');

  it('is what the kernel is asked for', async () => {
    expect([await run(), written()]).to.deep.equal([null, '1']);
  });

  it('is done where the disk has gone before', async () => {
    expect([await run({ node: 'sdb' }), written()]).to.deep.equal([null, '']);
  });

  const obstacles: [what: string, arrange: () => void, reason: string][] = [
    [
      'its own map still has it',
      () => {
        scene.link(`${folder}/holders/dm-0`, '../x');
        scene.file('block/dm-0/dm/name', 'lu0\n');
        scene.file('block/dm-0/dm/uuid', 'mpath-35000000000000001\n');
      },
      '"sda" is held: "dm-0"',
    ],
    [
      'it is mounted',
      () => scene.proc('self/mountinfo', '36 35 8:0 / /srv rw - ext4 /dev/sda rw\n'),
      '"sda" is mounted: "/srv"',
    ],
  ];
  for (const [what, arrange, reason] of obstacles)
    it(`is refused where ${what}`, async () => {
      arrange();
      expect([await run(), written()]).to.deep.equal([reason, '']);
    });

  for (const [what, disk] of [
    ['device number', { devT: devT('8:16') }],
    ['place', { number: pathNumber('2:0:0:1') }],
    ['logical unit', { wwid: wwid('35000000000000002') }],
  ] as const)
    it(`is refused where the name is a disk of another ${what} by now`, async () => {
      expect([await run(disk), written()]).to.deep.equal(['"sda" is another disk now', '']);
    });

  it('tells why the kernel refused it', async () => {
    scene.remove('class/scsi_device/2:0:0:0/device/delete');
    scene.makeFolder('class/scsi_device/2:0:0:0/device/delete');
    expect(await run()).to.include('EISDIR');
  });

  it('is asked of a helper, which gives the answer', async () => {
    const work = mkdtempSync(join(tmpdir(), 'removal-'));
    const program = join(work, 'helper.cjs');
    writeFileSync(
      program,
      'const [task, disk] = process.argv.slice(2); process.send(`${task} ${JSON.parse(disk).node}`);',
    );
    expect(await new HelperDiskRemoval(program).remove(doomed)).to.equal('delete sda');
    writeFileSync(program, 'process.exit(1)');
    expect(await new HelperDiskRemoval(program).remove(doomed)).to.equal('the helper process ended');
    rmSync(work, { recursive: true });
  });
});
