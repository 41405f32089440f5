// What is set before the machine goes down, and what an older version might have left behind.
import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { remember } from '../inside/memory.js';
import { disksOf, pathsOf, read, run, unit, units } from '../inside/machine.js';

describe('systemd: before the reboot', () => {
  it('an operator sets priorities, enablement and balancing', async () => {
    const [first = '', second = ''] = await pathsOf('lu0');
    run('spscmd', 'priority', first, '200');
    run('spscmd', 'priority', second, '100');
    const [, late = ''] = await pathsOf('lu1');
    run('spscmd', 'notavail', late);
    run('spscmd', 'lbmode', (await pathsOf('lu3'))[0] ?? '', '0');
    expect((await unit('lu0')).paths.map(({ priority }) => priority)).to.deep.equal([200, 100]);
    remember(await units());
  });

  it('an older version has left claims and rules', () => {
    const [local = ''] = disksOf('local');
    run('mkfs.ext4', '-q', '-L', 'lab-local', `/dev/${local}`);
    const claims = '/etc/pathmanager/state/claims';
    // A disk that was a path of ours and is none any more, and files of no form that this version knows.
    writeFileSync(`${claims}/${read(`/sys/block/${local}/device/wwid`).trim()}`, '360014050000d00300000000000000000');
    writeFileSync(`${claims}/naa.6001405deadbeef`, '');
    writeFileSync(`${claims}/.partial`, 'cut sh');
    mkdirSync(`${claims}/by-wwid`, { recursive: true });
    // As an administrator may have copied it: it starts a unit that is no more.
    mkdirSync('/etc/udev/rules.d', { recursive: true });
    writeFileSync(
      '/etc/udev/rules.d/66-pathmanager-rescan.rules',
      'ACTION=="change", SUBSYSTEM=="scsi", ENV{SDEV_UA}=="?*", RUN+="/bin/systemctl --no-block start pathmanager-rescan@$kernel.service"\n',
    );
  });
});
