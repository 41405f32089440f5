// udev's rules, as udev itself reads them: what they say of a path, of a map and of a disk that is none of ours.
import { expect } from 'chai';
import { attempt, disksOf, pathsOf, unit } from '../inside/machine.js';

/** The programs in udev that read a disk. */
const reads = /builtin command '(blkid|usb_id)'|Running .*blkid/;

describe("systemd: udev's rules", () => {
  it('have nothing read a path, and mark it', async () => {
    const said = tested((await pathsOf('lu1'))[0] ?? '');
    expect(said).to.include('DM_MULTIPATH_DEVICE_PATH=1').and.include('ID_FS_TYPE=mpath_member');
    expect(said).to.include('SYSTEMD_READY=0').and.not.match(reads);
  });

  it('have a map read, and show it', async () => {
    const said = tested((await unit('lu1')).map?.node ?? '');
    expect(said).to.include('MPATH_DEVICE_READY=1').and.match(reads);
    expect(said).to.not.include('SYSTEMD_READY=0');
  });

  it('let other disks alone', () => {
    const said = tested(disksOf('local')[0] ?? '');
    expect(said).to.match(reads).and.not.include('DM_MULTIPATH_DEVICE_PATH');
  });
});

/** What udev does with an event of a device; fails where it does not understand one of our rules. */
function tested(node: string): string {
  const { status, text } = attempt('udevadm', 'test', '--action=change', `/sys/class/block/${node}`);
  expect(status, text).to.equal(0);
  const complaints = text
    .split('\n')
    .filter((line) => /pathmanager.*(invalid|unknown|ignoring|unexpected)/i.test(line));
  expect(complaints).to.deep.equal([]);
  expect(text).to.include('pathmanager');
  return text;
}
