// A logical unit whose map cannot be made, because somebody has its name: its disks are not kept from others for ever.
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { comes, mapNames, pathsOf, run, udev, unit } from '../inside/machine.js';

describe('systemd: a map cannot be made', () => {
  const debug = '/sys/bus/pseudo/drivers/scsi_debug';
  let disks: string[];

  const claimed = (): (string | undefined)[] => disks.map((disk) => udev(disk).get('DM_MULTIPATH_DEVICE_PATH'));

  before(async () => {
    run('dmsetup', 'create', 'lu5', '--notable');
    writeFileSync(`${debug}/max_luns`, '4');
    run('spscmd', 'rescan');
    await comes('the unit is there', async () => (await unit('lu5').catch(() => null))?.paths.length === 2);
    disks = await pathsOf('lu5');
  });

  // The next life does not know this unit.
  after(async () => {
    writeFileSync(`${debug}/max_luns`, '3');
    for (const disk of disks) writeFileSync(`/sys/block/${disk}/device/delete`, '1');
    // udev may be reading the map just now, and would wait for a path.
    run('spscmd', 'endqueue');
    await comes('it is gone', () => !mapNames().includes('lu5'));
  });

  it('and its disks are claimed at first, and then left to others', async () => {
    await comes('they are claimed', () => claimed().join() === '1,1', { found: claimed });
    expect((await unit('lu5')).problem?.code).to.equal('DM_NAME_TAKEN');
    await comes('they are left', () => claimed().join() === ',', { found: claimed });
    expect(run('spscmd', 'events', '--lu', '5')).to.include('Map cannot be made');
  });

  it('and they are taken again when the name is free', async () => {
    run('dmsetup', 'remove', 'lu5');
    await comes('the map is there', () => mapNames().includes('lu5'), { found: mapNames });
    await comes('its paths are claimed', () => claimed().join() === '1,1', { found: claimed });
  });
});
