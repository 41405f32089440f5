import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { bareMachine } from '../../../src/services/without-controller.js';
import { SysfsScene } from '../../support/sysfs-scene.js';

describe('A machine without a controller', () => {
  let scene: SysfsScene;
  beforeEach(() => {
    scene = new SysfsScene();
  });
  afterEach(() => scene.cleanup());

  it('shows nothing where there is nothing', () => {
    expect(bareMachine(scene.folder)).to.deep.equal({ multipathd: null, multipathLoaded: false, maps: [] });
  });

  it('shows the multipath maps, and no other device', () => {
    scene.file('block/dm-0/dm/uuid', 'mpath-3600\n');
    scene.file('block/dm-0/dm/name', 'lu0\n');
    scene.file('block/dm-1/dm/uuid', 'LVM-abc\n');
    scene.file('block/dm-1/dm/name', 'root\n');
    scene.file('block/dm-2/dm/uuid', 'mpath-3601\n');
    scene.file('block/dm-2/dm/name', '\n');
    scene.file('block/loop0/size', '0\n');
    scene.makeFolder('module/dm_multipath');
    expect(bareMachine(scene.folder)).to.deep.include({ multipathLoaded: true, maps: ['lu0', 'dm-2'] });
  });

  it('shows multipathd', () => {
    mkdirSync(join(scene.folder, 'run'));
    writeFileSync(join(scene.folder, 'run/multipathd.pid'), '77\n');
    scene.proc('77/comm', 'multipathd\n');
    expect(bareMachine(scene.folder).multipathd).to.match(/^multipathd \(process 77\) runs/);
  });
});
