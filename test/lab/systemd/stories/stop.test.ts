// The services are stopped while storage is away.
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { allRun, maps, pathsOf, properties, run } from '../inside/machine.js';

describe('systemd: the services are stopped', () => {
  it('in time while a unit has no path, and the maps stay', async () => {
    const before = maps();
    for (const node of await pathsOf('lu2')) writeFileSync(`/sys/block/${node}/device/state`, 'offline\n');
    const started = performance.now();
    run('systemctl', 'stop', 'pathmanager.service');
    expect(performance.now() - started).to.be.lessThan(8_000);
    expect(maps()).to.deep.equal(before);
    expect(properties('ispmwatcher.service', 'ActiveState').ActiveState).to.equal('inactive');
    run('systemctl', 'start', 'pathmanager.service', 'ispmwatcher.service');
    expect(maps()).to.deep.equal(before);
    for (const node of await pathsOf('lu2')) writeFileSync(`/sys/block/${node}/device/state`, 'running\n');
    await allRun();
  });
});
