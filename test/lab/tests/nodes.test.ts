// /dev/mapper/lu<N> leads to the map's device, whether udev makes it or not, and whoever is first.
import { expect } from 'chai';
import { existsSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dmNode, LabSystem } from '../inside/system.js';
import { Udev, udevProperties } from '../inside/udev.js';
import { until } from '../inside/until.js';

describe('lab: device nodes', () => {
  let system: LabSystem;
  before(async () => {
    system = await LabSystem.start({ array: { ports: 2, luns: [{ name: 'data', sizeMb: 8, serial: '00001201' }] } });
  });
  after(() => system.end());

  const node = () => dmNode(system.kernel('data'));
  const leadsToMap = (name = 'lu0') =>
    existsSync(`/dev/mapper/${name}`) && realpathSync(`/dev/mapper/${name}`) === `/dev/${node()}`;
  /** A map that comes anew, under a LUN that came while all was running. */
  const addLun = async () => {
    await system.array.addLun({ name: 'late', sizeMb: 8, serial: '00001202', lun: 1 });
    await system.comesTo('late', '>>');
    await until('its node is there', () => existsSync('/dev/mapper/lu1'));
  };
  const removeLun = async () => {
    await system.array.removeLun('late');
    await until('its node is gone', () => !existsSync('/dev/mapper/lu1'));
  };

  describe('without udev', () => {
    it('is made, and goes with the map', async () => {
      expect(leadsToMap()).to.equal(true);
      expect(readlinkSync('/dev/mapper/lu0')).to.equal(`../${node()}`);
      await addLun();
      expect(realpathSync('/dev/mapper/lu1')).to.match(/^\/dev\/dm-\d+$/);
      await removeLun();
    });

    it('is put right at the start of the controller', async () => {
      await system.installation.controller.kill();
      rmSync('/dev/mapper/lu0');
      symlinkSync('../null', '/dev/mapper/lu0');
      await system.installation.startController();
      expect(leadsToMap()).to.equal(true);
    });
  });

  describe('with udev', () => {
    let udev: Udev;
    before(async () => {
      udev = await Udev.start();
    });
    after(() => udev.stop());

    it('stays where udev comes later, which leaves alone what it has not seen made', () => {
      expect(leadsToMap()).to.equal(true);
    });

    it('is made for a map that comes, and goes with it', async () => {
      await addLun();
      udev.settle();
      const late = dmNode(system.kernel('late'));
      expect(realpathSync('/dev/mapper/lu1')).to.equal(`/dev/${late}`);
      expect(udevProperties(late).get('DM_NAME')).to.equal('lu1');
      expect(udevProperties(late).get('DM_UUID')).to.equal(`mpath-${system.wwid('late')}`);
      await removeLun();
      udev.settle();
      expect(existsSync('/dev/mapper/lu1')).to.equal(false);
    });

    it('stays right over a reload and over a restart of the controller', async () => {
      await system.control.post('/v1/paths/balance', { path: system.path('data', 0), mode: 'none' });
      udev.settle();
      expect(leadsToMap()).to.equal(true);
      await system.installation.controller.stop();
      await system.installation.startController();
      udev.settle();
      expect(leadsToMap()).to.equal(true);
      expect(udevProperties(node()).get('DM_NAME')).to.equal('lu0');
    });
  });
});
