import { expect } from 'chai';
import { SysfsPortTimeouts } from '../../../src/controller/sysfs-port-timeouts.js';
import { SysfsScene } from '../../support/sysfs-scene.js';

const PORT = 'rport-2:0-0';

describe('SysfsPortTimeouts', () => {
  let scene: SysfsScene;
  beforeEach(() => {
    scene = new SysfsScene();
    scene.remotePort(PORT, { fast_io_fail_tmo: '5' });
  });
  afterEach(() => scene.cleanup());

  it('writes, and has the port read again: where it was refused or is gone as well', () => {
    const asked: string[] = [];
    const timeouts = new SysfsPortTimeouts({ recheckPort: (name) => asked.push(name) }, scene.sysfs);
    expect(timeouts.write(PORT, { fastIoFailSec: 0 })).to.equal('written');
    expect(scene.sysfs.text(`class/fc_remote_ports/${PORT}/fast_io_fail_tmo`)).to.equal('0');
    expect(() => timeouts.write(PORT, { devLossSec: 0 })).to.throw('has to stay below');
    expect(timeouts.write('rport-9:0-0', { fastIoFailSec: 0 })).to.equal('gone');
    expect(asked).to.deep.equal([PORT, PORT, 'rport-9:0-0']);
  });
});
