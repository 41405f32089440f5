import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devT, mapName, wwid } from '../../../src/base/ids.js';
import { UdevMarkFiles } from '../../../src/controller/udev-marks.js';
import { Sysfs } from '../../../src/sysfs/sysfs.js';
import { FakeClock } from '../../support/fake-clock.js';

const unit = wwid('36001405aaaaaaaaaaaaaaaaaaaaaaaaa');
const sysfsName = 'naa.6001405aaaaaaaaaaaaaaaaaaaaaaaaa';
const disk = devT('8:0');
const map = mapName('lu0');

describe('the marks for udev', () => {
  let root: string;
  let clock: FakeClock;
  let troubles: string[];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'marks-'));
    clock = new FakeClock();
    troubles = [];
    mkdirSync(join(root, 'udev'));
    addDisk('8:0', sysfsName);
    addDisk('253:0', null);
  });
  afterEach(async () => {
    // What is still being written would come into a folder that is gone.
    await Promise.all(made.map((files) => files.kept()));
    made.length = 0;
    rmSync(root, { recursive: true });
    expect(troubles).to.deep.equal([]);
  });

  const addDisk = (number: string, name: string | null): void => {
    mkdirSync(join(root, 'sys/dev/block', number, 'device'), { recursive: true });
    writeFileSync(join(root, 'sys/dev/block', number, 'uevent'), '');
    if (name !== null) writeFileSync(join(root, 'sys/dev/block', number, 'device/wwid'), `${name}\n`);
  };
  const made: UdevMarkFiles[] = [];
  const marks = (state = 'state'): UdevMarkFiles => {
    const files = new UdevMarkFiles({
      runDir: join(root, 'run'),
      stateDir: join(root, state),
      clock,
      onTrouble: (error) => troubles.push(error.message),
      sysfs: new Sysfs(join(root, 'sys')),
      udevData: join(root, 'udev'),
    });
    made.push(files);
    return files;
  };
  const claims = (where = 'run'): string[] => readdirSync(join(root, where, 'claims')).sort();
  const triggered = (number: string): boolean => {
    const file = join(root, 'sys/dev/block', number, 'uevent');
    const asked = readFileSync(file, 'utf8') === 'change';
    writeFileSync(file, '');
    return asked;
  };
  const udevHas = (number: string, text: string): void => writeFileSync(join(root, 'udev', `b${number}`), text);

  it('a claim is a file with the name that sysfs gives, now and for the next boot', async () => {
    const files = marks();
    files.start(new Set());
    files.claim(disk, unit);
    await files.kept();
    expect(claims()).to.deep.equal(['.known', sysfsName]);
    expect(claims('state')).to.deep.equal([sysfsName]);
  });

  it('a disk that udev handled before its claim is sent through the rules again, also one it was at work on', async () => {
    const files = marks();
    files.start(new Set());
    udevHas('8:0', 'E:ID_FS_TYPE=ext4\n');
    files.claim(disk, unit);
    await clock.advance(250);
    expect(triggered('8:0')).to.equal(true);
    await clock.advance(3000);
    expect(triggered('8:0'), 'at the second look').to.equal(true);
    await clock.advance(60_000);
    expect(triggered('8:0'), 'later').to.equal(false);
  });

  it('a disk that udev saw with its claim, or has not seen yet, is left alone', async () => {
    const files = marks();
    files.start(new Set());
    files.claim(disk, unit);
    await clock.advance(250);
    udevHas('8:0', 'E:DM_MULTIPATH_DEVICE_PATH=1\n');
    await clock.advance(60_000);
    expect(triggered('8:0')).to.equal(false);
  });

  it('a disk that is given back loses its claim for good, and udev looks at it', async () => {
    const files = marks();
    files.start(new Set());
    files.claim(disk, unit);
    udevHas('8:0', 'E:DM_MULTIPATH_DEVICE_PATH=1\n');
    files.release(disk, unit);
    await files.kept();
    expect([claims(), claims('state')]).to.deep.equal([['.known'], []]);
    expect(triggered('8:0')).to.equal(true);
  });

  it('at the next boot the claims of known units stand at once, others are forgotten', async () => {
    const before = marks();
    before.start(new Set());
    before.claim(disk, unit);
    await before.kept();
    rmSync(join(root, 'run'), { recursive: true });
    writeFileSync(join(root, 'state/claims/naa.5'), '35');
    const files = marks();
    files.start(new Set([unit]));
    await files.kept();
    expect([claims(), claims('state')]).to.deep.equal([['.known', sysfsName], [sysfsName]]);
  });

  it('of another version, cut short or of somebody else are no obstacle: what is known stands, the rest is forgotten', async () => {
    for (const where of ['run', 'state']) {
      const folder = join(root, where, 'claims');
      mkdirSync(join(folder, 'naa.folder'), { recursive: true });
      writeFileSync(join(folder, sysfsName), unit);
      for (const [name, text] of [
        ['naa.empty', ''],
        ['naa.zeros', '\0'.repeat(512)],
        ['naa.json', `{"version":2,"wwid":"${unit}"}`],
        ['naa.line', `${unit}\n`],
        ['sda', unit],
      ] as const) {
        writeFileSync(join(folder, name), text);
      }
    }
    const files = marks();
    files.start(new Set([unit]));
    files.claim(disk, unit);
    await files.kept();
    // A claim of a known unit under another name is harmless: no disk is named so.
    expect(claims()).to.deep.equal(['.known', 'naa.folder', sysfsName, 'sda'].sort());
    expect(claims('state')).to.deep.equal(['naa.folder', sysfsName, 'sda'].sort());
  });

  for (const name of ['naa.60/../../x', '..', 'T10.x', '', 'naa.\x1b[2J'])
    it(`a device that calls itself ${JSON.stringify(name)} makes no file`, () => {
      addDisk('8:16', name);
      const files = marks();
      files.start(new Set());
      files.claim(devT('8:16'), unit);
      expect(claims()).to.deep.equal(['.known']);
    });

  it('blanks stay and what udev does not let through becomes "_"', () => {
    addDisk('8:16', 't10.NEC     DISK "1" (a)');
    const files = marks();
    files.start(new Set());
    files.claim(devT('8:16'), wwid('1NEC'));
    expect(claims()).to.deep.equal(['.known', 't10.NEC     DISK _1_ _a_']);
  });

  it('a map without a path has a file; when it goes udev looks again', () => {
    const files = marks();
    files.start(new Set());
    files.mapReady(map, devT('253:0'), true);
    expect(triggered('253:0')).to.equal(false);
    files.mapReady(map, devT('253:0'), false);
    expect(existsSync(join(root, 'run/unready/lu0'))).to.equal(true);
    files.mapReady(map, devT('253:0'), true);
    expect(existsSync(join(root, 'run/unready/lu0'))).to.equal(false);
    expect(triggered('253:0')).to.equal(true);
  });

  it('a folder that cannot be written is told, and disturbs nothing', async () => {
    writeFileSync(join(root, 'broken'), '');
    const files = marks('broken');
    files.start(new Set());
    files.claim(disk, unit);
    await files.kept();
    expect(claims()).to.deep.equal(['.known', sysfsName]);
    expect(troubles).to.have.length(1);
    troubles = [];
  });
});
