// The machine goes down while a mounted logical unit has no path, with I/O that would wait for ever. The last of it nobody
// in the machine sees: the host looks at how long it takes.
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { LabArray } from '../../inside/array.js';
import { pull } from '../../inside/faults.js';
import { ioWaits } from '../inside/io-waits.js';
import { allRun, comes, run, unit } from '../inside/machine.js';
import { mountPoint } from '../inside/volume.js';
import { array } from '../layout.js';

describe('systemd: the machine goes down without storage', () => {
  before(async () => {
    writeFileSync('/etc/pathmanager/pathmanager.yaml', 'noPath: queue\n');
    run('systemctl', 'restart', 'pathmanager.service');
    await allRun();
    expect((await unit('lu0')).noPath).to.deep.equal({ mode: 'queue' });
  });

  it('a program that writes to a logical unit without a path waits', async () => {
    const ports = LabArray.existing(array);
    for (const port of [0, 1]) await pull(ports, port);
    const loop = `while :; do dd if=/dev/urandom of=${mountPoint}/late bs=64k count=4 conv=fsync 2>/dev/null; done`;
    run('systemd-run', '--unit=lab-writer', '--property=TimeoutStopSec=90', 'sh', '-c', loop);
    await comes('the unit queues', async () => (await unit('lu0')).queueing);
    await comes('the program hangs in the kernel', () => ioWaits('lab-writer.service'));
  });
});
