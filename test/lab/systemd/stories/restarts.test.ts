// A controller that dies or hangs is started again by systemd, and nobody who uses the maps notices.
import { expect } from 'chai';
import { remembered } from '../inside/memory.js';
import { allRun, comes, maps, properties, run, units } from '../inside/machine.js';

describe('systemd: the controller is started again', () => {
  for (const [how, signal] of [
    ['is killed', 'SIGKILL'],
    ['hangs, as the watchdog finds', 'SIGSTOP'],
  ] as const) {
    it(`when it ${how}, and the maps stay`, async () => {
      const { MainPID: before } = properties('pathmanager.service', 'MainPID');
      const [mapsBefore, unitsBefore] = [maps(), remembered(await units())];
      run('systemctl', 'kill', '--kill-who=main', `--signal=${signal}`, 'pathmanager.service');
      await comes('another one runs', () => {
        const { MainPID, ActiveState } = properties('pathmanager.service', 'MainPID', 'ActiveState');
        return MainPID !== '0' && MainPID !== before && ActiveState === 'active';
      });
      expect(maps()).to.deep.equal(mapsBefore);
      expect(remembered(await units())).to.deep.equal(unitsBefore);
      await allRun();
    });
  }
});
