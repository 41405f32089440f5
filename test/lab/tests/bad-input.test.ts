// Whatever is asked wrongly: one line that says what was asked and what stands against it, the right exit status, and
// nothing changed.
import { expect } from 'chai';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sectors } from '../../../src/base/ids.js';
import * as dm from '../../../src/dm/devices.js';
import { listMaps } from '../../../src/dm/maps.js';
import { type CommandResult, runProgram } from '../inside/daemons.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

const nobody = 65534;
// Printable for LIO, and full of what means something to a shell, to JSON, to a metric or to a terminal.
const vendor = '"\\\'$`{}%';
// After its first digits this serial is a device's attack on terminals and logs.
const serialTail = '\u001b[mzz\u0007\nX=\u009bm\u202e';

describe('lab: bad input', () => {
  let system: LabSystem;
  let asItWas: unknown;
  before(async () => {
    system = await LabSystem.start({
      array: {
        ports: 2,
        vendor,
        luns: [
          { name: 'data', sizeMb: 8, serial: '00001601', serialTail },
          { name: 'log', sizeMb: 8, serial: '00001602' },
        ],
      },
    });
    // Without probes nothing but what is asked changes anything.
    await system.patrol({ healthCheck: false, recoveryCheck: false });
  });
  after(() => system.end());
  // Storage that says that it has changed has its paths asked at any time: an answer that changes nothing is no change.
  const everything = async () => [
    (await system.control.get('/v1/units')).units.map(({ paths, ...unit }) => ({
      ...unit,
      paths: paths.map((path) => ({ ...path, lastProbe: null })),
    })),
    await system.control.get('/v1/settings'),
  ];
  beforeEach(async () => {
    asItWas = await everything();
  });
  afterEach(async () => {
    expect(await everything()).to.deep.equal(asItWas);
  });

  const path = (port: number, lun = 'data') => system.path(lun, port);

  for (const [what, words, status, wanted] of [
    ['a path number of three fields', () => ['notavail', '1:2:3'], 2, '"1:2:3"'],
    ['an unknown device number', () => ['notavail', '1:2'], 1, '"1:2"'],
    ['a path number that would name everything', () => ['notavail', ':::'], 2, ':::'],
    ['an unknown path', () => ['notavail', '9:9:9:9'], 1, '9:9:9:9'],
    ['a path of an unknown unit', () => ['lbmode', '9:9:9:9', '1'], 1, '9:9:9:9'],
    ['priority 0', () => ['priority', path(0), '0'], 2, '0'],
    ['priority 255', () => ['priority', path(0), '255'], 2, '255'],
    ['a priority that is taken', () => ['priority', path(0), '1'], 1, '1'],
    ['a swap over two units', () => ['swap', path(0), path(1, 'log')], 1, 'one logical unit'],
    ['a pattern where one path is needed', () => ['priority', `${path(0).split(':')[0] ?? ''}:::`, '9'], 1, ':::'],
    ['a balancing mode that there is not', () => ['lbmode', path(0), '9'], 2, '9'],
    ['a patrol interval of 0', () => ['setwatcher', ':0::'], 2, '0'],
    ['a time-out that is no number', () => ['setwatcher', ':::soon'], 2, 'soon'],
    ['a path with control characters', () => ['notavail', '\u001b[31m1:2'], 2, '1:2'],
  ] as const satisfies [string, () => string[], number, string][]) {
    it(`${what} is refused with ${status}`, async () => {
      expect(await system.refused(status, ...words())).to.include(wanted);
    });
  }

  it('a failed path that has not failed is not failed back', async () => {
    expect(await system.refused(1, 'failback', path(0))).to.include(path(0));
  });

  it('a user who is not root may look, and is told that changes need root', async () => {
    const runDir = ['--run-dir', system.installation.runDir];
    const look = await runProgram('spscmd', ['getlun', ...runDir], nobody);
    expect([look.status, look.stderr]).to.deep.equal([0, '']);
    expect(look.stdout).to.include('LogicalUnit #0');
    const change = await runProgram('spscmd', ['notavail', path(0), ...runDir], nobody);
    expectOneLine(change, 4, 'root');
  });

  it('a second controller does not start in the same folder', async () => {
    const { runDir, stateDir, configFile } = system.installation;
    const folders = ['--run-dir', runDir, '--state-dir', stateDir, '--config', configFile];
    expectOneLine(await runProgram('pathmanagerd', folders), 1, runDir);
    expectOneLine(await runProgram('ispmwatcher', folders), 1, runDir);
  });

  it('a controller that is not root does not start', async () => {
    const folder = mkdtempSync('/run/lab/installations/');
    const folders = ['--run-dir', join(folder, 'run'), '--state-dir', join(folder, 'state')];
    expectOneLine(await runProgram('pathmanagerd', folders, nobody), 1, folder);
  });

  it('a controller with a wrong option does not start', async () => {
    expectOneLine(await runProgram('pathmanagerd', ['--run-dirr', '/tmp']), 2, '--run-dirr');
  });

  for (const [what, text, wanted] of [
    ['an unknown key', 'claim: { modus: all }\n', 'modus'],
    ['a value of the wrong kind', 'noPath: soon\n', 'noPath'],
  ] as const) {
    it(`a configuration with ${what} stops the start`, async () => {
      const folder = mkdtempSync('/run/lab/installations/');
      const config = join(folder, 'pathmanager.yaml');
      writeFileSync(config, text);
      const folders = ['--run-dir', join(folder, 'run'), '--state-dir', join(folder, 'state'), '--config', config];
      expectOneLine(await runProgram('pathmanagerd', folders), 1, wanted);
    });
  }

  it('device strings reach neither terminal nor log nor metric unescaped', async () => {
    const { stdout, stderr, status } = await system.installation.spscmd('getlun', '-v');
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.include('\\x1b[mzz\\x07');
    expect(stdout).to.include(vendor);
    const metrics = (await system.installation.get('/metrics')).body;
    for (const text of [stdout, metrics, system.installation.controller.log(), system.installation.watcher.log()]) {
      expect(text).to.not.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    expect((await system.unit('data')).vendor).to.equal(vendor);
  });

  describe('from other devices of the device mapper', () => {
    it('a device with the uuid of a multipath map and a name that is none is left alone', async () => {
      const { pid } = system.installation.controller;
      const stranger = 'a b\u001b[31m';
      dm.create(stranger, 'mpath-3600c0ffee');
      dm.loadTable({ name: stranger }, { sizeSectors: sectors(8), target: 'error', params: '' });
      dm.resume({ name: stranger });
      dm.rename(stranger, 'stranger');
      // It is told of a change of one of its own maps, so it has seen the others before.
      await system.control.post('/v1/paths/disable', { path: path(0), force: false });
      await system.control.post('/v1/paths/enable', { path: path(0) });
      dm.remove({ name: 'stranger' });
      await system.control.post('/v1/paths/disable', { path: path(0), force: false });
      await system.control.post('/v1/paths/enable', { path: path(0) });
      expect(system.installation.controller.pid).to.equal(pid);
      asItWas = await everything();
    });

    it('one that has the name of a new unit keeps it; the unit says so, and gets its map when the name is free', async () => {
      dm.create('lu2', 'LVM-none-of-ours');
      dm.loadTable({ name: 'lu2' }, { sizeSectors: sectors(8), target: 'error', params: '' });
      dm.resume({ name: 'lu2' });
      await system.array.addLun({ name: 'late', sizeMb: 8, serial: '00001603', lun: 2 });
      const late = async () => (await system.findUnit('late'))?.problem;
      await until('its problem is told', async () => (await late())?.code === 'DM_NAME_TAKEN', { found: late });
      expect((await late())?.message).to.include('LVM-none-of-ours');
      expect((await system.installation.spscmd('getlun', '-v')).stdout).to.include('LVM-none-of-ours');
      dm.remove({ name: 'lu2' });
      await system.comesTo('late', '>>', { withinMs: 35_000 });
      await until('its problem is over', async () => (await late()) === null, { found: late });
      await system.array.removeLun('late');
      await until('its map is gone', () => listMaps().length === 2);
      asItWas = await everything();
    });
  });

  describe('with nobody there', () => {
    it('a folder without sockets is told with 3', async () => {
      const folder = mkdtempSync('/run/lab/installations/');
      expectOneLine(await runProgram('spscmd', ['getlun', '--run-dir', folder]), 3, folder);
    });

    it('a socket on which nobody listens is told with 3', async () => {
      await system.installation.controller.kill();
      expect(await system.refused(3, 'getlun')).to.include(system.installation.runDir);
      expect(await system.refused(3, 'notavail', path(0))).to.include(system.installation.runDir);
      await system.installation.startController();
      await system.watcherConnected();
      // A new controller has seen everything a little later, and asks the array anew.
      for (const lun of system.array.lunNames) await system.complete(lun);
      asItWas = await everything();
    });
  });
});

function expectOneLine({ status, stdout, stderr }: CommandResult, wanted: number, word: string): void {
  expect([status, stdout]).to.deep.equal([wanted, '']);
  expect(stderr).to.match(/^[a-z]+: [^\n]+\n$/);
  expect(stderr).to.include(word);
}
