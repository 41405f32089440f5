// The package is upgraded, removed and purged under running I/O.
import { expect } from 'chai';
import { existsSync, readdirSync } from 'node:fs';
import { type IoRun, startVerifyingWriter } from '../../inside/io.js';
import { allRun, attempt, maps, programs, properties, run, units } from '../inside/machine.js';
import { recall, remembered } from '../inside/memory.js';
import { dpkg, packageFile } from '../inside/package.js';

describe('systemd: the package is upgraded and removed under running I/O', () => {
  let writer: IoRun;
  let mapsBefore: string[];

  before(async () => {
    mapsBefore = maps();
    writer = await startVerifyingWriter('/dev/mapper/lu1', { pauseMs: 50 });
  });
  after(() => writer.kill());

  /** The I/O has gone on, without an error and without a wrong byte. */
  async function ioGoesOn(): Promise<void> {
    const { reads, writes } = await writer.stats();
    const { errors, mismatches } = await writer.until((stats) => stats.reads + stats.writes > reads + writes + 20);
    expect({ errors, mismatches }).to.deep.equal({ errors: 0, mismatches: 0 });
  }

  it('an upgrade keeps state and maps', async () => {
    const { MainPID } = properties('pathmanager.service', 'MainPID');
    dpkg('-i', packageFile('next'));
    await allRun();
    expect(run('dpkg-query', '--admindir=/lab/dpkg', '-W', '-f=${Version}', 'storage-pathmanager')).to.match(/\+next$/);
    expect(properties('pathmanager.service', 'MainPID').MainPID).to.not.equal(MainPID);
    expect(maps()).to.deep.equal(mapsBefore);
    expect(remembered(await units())).to.deep.equal(recall().units);
    await ioGoesOn();
  });

  it('a removal ends the services and leaves maps, configuration and state', async () => {
    dpkg('-r', 'storage-pathmanager');
    for (const name of programs)
      expect([name, properties(name, 'ActiveState').ActiveState]).to.deep.equal([name, 'inactive']);
    expect(maps()).to.deep.equal(mapsBefore);
    expect(existsSync('/etc/pathmanager/pathmanager.yaml')).to.equal(true);
    expect(readdirSync('/etc/pathmanager/state')).to.include('state.json');
    expect(attempt('which', 'spscmd').status).to.not.equal(0);
    await ioGoesOn();
  });

  it('a purge asks nothing, takes configuration and state, and leaves the maps', async () => {
    dpkg('-P', 'storage-pathmanager');
    for (const folder of ['/etc/pathmanager', '/var/lib/pathmanager', '/var/log/pathmanager', '/run/pathmanager'])
      expect([folder, existsSync(folder)]).to.deep.equal([folder, false]);
    expect(maps()).to.deep.equal(mapsBefore);
    await ioGoesOn();
    const { errors, mismatches } = await writer.stop();
    expect({ errors, mismatches }).to.deep.equal({ errors: 0, mismatches: 0 });
  });
});
