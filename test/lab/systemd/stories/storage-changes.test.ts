// Storage that changes under a running machine tells so itself: unit attentions become events, and those a scan.
import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { comes, mapNames, read, unit, units } from '../inside/machine.js';

const debug = '/sys/bus/pseudo/drivers/scsi_debug';

/** Sends each disk a command, which it can answer by a unit attention. */
function touchDisks(): void {
  for (const disk of readdirSync('/sys/block').filter((name) => name.startsWith('sd')))
    spawnSync('dd', [`if=/dev/${disk}`, 'of=/dev/null', 'count=1', 'iflag=direct']);
}

describe('systemd: storage changes by itself', () => {
  it('a LUN that is added in the array appears', async () => {
    writeFileSync(`${debug}/max_luns`, '3');
    touchDisks();
    await comes('the fifth unit has its map', async () => (await units()).length === 5 && mapNames().length === 5, {
      found: mapNames,
    });
  });

  it('a LUN that grows in the array grows', async () => {
    writeFileSync(`${debug}/virtual_gb`, '1');
    touchDisks();
    const grown = ['lu2', 'lu3', 'lu4'];
    const sectors = async (): Promise<number[]> =>
      Promise.all(grown.map(async (name) => Number(read(`/sys/block/${(await unit(name)).map?.node ?? ''}/size`))));
    await comes('every map has a gigabyte', async () => (await sectors()).every((size) => size >= 2 ** 21), {
      found: sectors,
    });
    for (const name of grown) expect((await unit(name)).sizeBytes).to.be.at.least(2 ** 30);
  });
});
