import { expect } from 'chai';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathNumber } from '../../../src/base/ids.js';
import { HelperStorageScan, scanScope, scanWrites, writeScans } from '../../../src/controller/storage-scan.js';
import { Sysfs } from '../../../src/sysfs/sysfs.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('A scan of storage', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'scan-'));
    for (const [host, driver] of Object.entries({ host0: 'ahci', host3: 'qla2xxx', host4: 'lpfc' }))
      put(`class/scsi_host/${host}/proc_name`, driver);
    for (const [number, type] of Object.entries({ '0:0:0:0': '0', '3:0:0:1': '0', '3:0:0:2': '5', '4:0:0:1': '0' }))
      put(`class/scsi_device/${number}/device/type`, type);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const put = (file: string, text: string): void => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), `${text}\n`);
  };
  const files = (...scopes: string[]): string[] => scanWrites(new Sysfs(root), scopes).map(({ file }) => file);

  it('of all is of every host that has LUNs to come, and of its disks', () => {
    expect(files('all')).to.have.members([
      'class/scsi_host/host3/scan',
      'class/scsi_host/host4/scan',
      'class/scsi_device/3:0:0:1/device/rescan',
      'class/scsi_device/4:0:0:1/device/rescan',
    ]);
  });

  it('of one host or one disk is of no other, and one that is named twice is scanned once', () => {
    expect(files('host4', 'host4', '3:0:0:1', '4:0:0:1')).to.deep.equal([
      'class/scsi_host/host4/scan',
      'class/scsi_device/3:0:0:1/device/rescan',
      'class/scsi_device/4:0:0:1/device/rescan',
    ]);
    expect(files('host9', '9:0:0:0')).to.deep.equal([]);
  });

  it('leaves out the disks that it is told to, unless they are named themselves', () => {
    expect(files('host3', 'not:3:0:0:1')).to.deep.equal(['class/scsi_host/host3/scan']);
    expect(files('not:3:0:0:1', 'not:4:0:0:1', '3:0:0:1')).to.deep.equal(['class/scsi_device/3:0:0:1/device/rescan']);
  });

  it('writes what the kernel wants, and passes over what has gone', async () => {
    rmSync(join(root, 'class/scsi_device/4:0:0:1/device'), { recursive: true });
    await writeScans(['host3', '4:0:0:1'], new Sysfs(root));
    expect(readFileSync(join(root, 'class/scsi_host/host3/scan'), 'utf8')).to.equal('- - -');
    expect(readFileSync(join(root, 'class/scsi_device/3:0:0:1/device/rescan'), 'utf8')).to.equal('1');
  });

  for (const text of ['', 'host', 'host3/../x', '1:2:3', 'ALL', 'host3 host4'])
    it(`of ${JSON.stringify(text)} is refused`, () => {
      expect(() => scanScope(text)).to.throw(/Cannot scan .* wanted/);
    });

  it('gathers what comes together into one helper, and does not wait for one that hangs', async () => {
    const clock = new FakeClock();
    const program = join(root, 'helper.cjs');
    const out = join(root, 'ran');
    writeFileSync(
      program,
      `require('node:fs').appendFileSync(${JSON.stringify(out)}, process.argv.slice(2).join() + '\\n');
       if (process.argv.includes('host4')) setTimeout(() => {}, 3000);`,
    );
    const scan = new HelperStorageScan(program, clock);
    const [first, second] = [scan.scan('host3', []), scan.scan('all', [pathNumber('3:0:0:2')])];
    await clock.advance(300);
    expect(await first).to.equal(true);
    expect(await second).to.equal(true);
    expect(readFileSync(out, 'utf8')).to.equal('host3,all,not:3:0:0:2\n');
    rmSync(out);
    const hanging = scan.scan('host4', []);
    await clock.advance(300);
    // It hangs once it runs, and the folder is to stay until then.
    while (!existsSync(out) || readFileSync(out, 'utf8') !== 'host4\n') await new Promise(setImmediate);
    await clock.advance(10_000);
    expect(await hanging).to.equal(false);
    expect(existsSync(program)).to.equal(true);
  });
});
