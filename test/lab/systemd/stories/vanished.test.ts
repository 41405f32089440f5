// A LUN that the array no longer lists: it is told of, and goes with its disks when nobody uses it.
import { expect } from 'chai';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { allRun, comes, mapNames, pathsOf, read, run, unit, units } from '../inside/machine.js';

const debug = '/sys/bus/pseudo/drivers/scsi_debug';

/** The event IDs of a logical unit in the journal, oldest first. */
function events(number: number): number[] {
  const records = run('journalctl', '-b', '-o', 'json', `SPS_LUN=${number}`).trim().split('\n');
  return records.map((line) => Number((JSON.parse(line) as { SPS_EVENT: string }).SPS_EVENT));
}

describe('systemd: a LUN vanishes', () => {
  let names: string[];
  let disks: string[];

  before(async () => {
    writeFileSync('/etc/pathmanager/pathmanager.yaml', 'vanished: 3\n');
    run('systemctl', 'restart', 'pathmanager.service');
    await allRun();
    run('spscmd', 'setwatcher', '3:2:0:5');
    names = mapNames();
    disks = await pathsOf('lu4');
  });
  after(() => void run('spscmd', 'setwatcher', '3:60:60:120'));

  it('and stays while somebody has its map open', async () => {
    const handle = openSync('/dev/mapper/lu4', 'r');
    writeFileSync(`${debug}/max_luns`, '2');
    await comes('it is told of', () => events(4).includes(1025), { found: () => events(4) });
    // Three seconds and another round of the patrol.
    await comes('the array has said so again', async () => {
      const { paths } = await unit('lu4');
      return paths.every(({ vanishedSince, lastProbe }) => (lastProbe?.at ?? 0) - (vanishedSince ?? Infinity) > 3_000);
    });
    expect(mapNames()).to.deep.equal(names);
    expect(disks.map((disk) => read(`/sys/block/${disk}/device/state`).trim())).to.deep.equal(['running', 'running']);
    closeSync(handle);
  });

  it('and then goes with its map and its disks', async () => {
    await comes('its disks are gone', () => disks.every((disk) => read(`/sys/block/${disk}/dev`) === ''), {
      found: () => events(4),
    });
    await comes('it is gone', async () => (await units()).length === names.length - 1);
    expect(mapNames()).to.deep.equal(names.filter((name) => name !== 'lu4'));
    expect(run('spscmd', 'events', '--lu', '4')).to.include('Disk deleted');
  });

  it('and comes back with its number when the array serves it again', async () => {
    writeFileSync(`${debug}/max_luns`, '3');
    run('spscmd', 'rescan');
    await comes('it is back', () => mapNames().join() === names.join(), { found: mapNames });
    expect((await unit('lu4')).number).to.equal(4);
  });
});
