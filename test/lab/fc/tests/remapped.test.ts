// The array shows something else where a LUN was: nothing may go to it under the old one's name.
import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { LabSystem } from '../../inside/system.js';
import { until } from '../../inside/until.js';
import type { FcArray } from '../inside/fc-array.js';
import { lunZero, theArray } from '../inside/the-array.js';

describe('fc lab: a LUN', () => {
  let system: LabSystem<FcArray>;
  before(async function () {
    this.timeout(180_000);
    system = await LabSystem.on(await theArray());
    // An idle LUN is asked now and then, and hears so that the array shows others.
    await system.patrol({ intervalSec: 1 });
  });
  after(() => system.end());

  describe('that is unmapped while a dummy answers in its place', () => {
    afterEach(async () => {
      system.array.mapLun(lunZero, 0);
      await system.comesTo(lunZero, '>>', { withinMs: 30_000 });
    });

    it('is out of use through that port within seconds, though the dummy is ready, and comes back with the LUN', async () => {
      const [from, disk] = [system.records().length, system.path(lunZero, 0)];
      system.array.unmapLun(lunZero, 0);
      // Failed by a probe, or out of the map: the kernel may have read the disk anew before.
      await until('nothing goes through that port', () => ['X>', '->'].includes(system.kernelState(lunZero)), {
        found: () => system.kernelState(lunZero),
      });
      const reasons = { 271: /other unit|malformed/, 1004: /32768/ } as Record<number, RegExp>;
      const own = () =>
        system
          .records()
          .slice(from)
          .filter(({ path }) => path === disk);
      await until('it is told why', () => own().some(({ event, msg }) => reasons[event]?.test(msg)), { found: own });
    });

    it('is out of the map where the kernel reads the disk anew, and comes back with the LUN', async () => {
      const [from, disk] = [system.records().length, system.path(lunZero, 0)];
      system.array.unmapLun(lunZero, 0);
      writeFileSync(`/sys/class/scsi_device/${disk}/device/rescan`, '1');
      await system.comesTo(lunZero, '->');
      const own = system
        .records()
        .slice(from)
        .filter(({ path }) => path === disk);
      expect(own.map(({ event }) => event)).to.include(1004);
    });
  });

  describe('that is remapped to another volume', () => {
    it('is failed in the map of the old one before anything else, and an error event says so', async () => {
      const devT = (await system.pathView('two', 0)).devT;
      const from = system.records().length;
      system.array.remapLun('two', 'three', 0);
      await until(
        'the path has left its map',
        () => !system.kernel('two').groups.some(({ paths }) => paths.some((path) => path.devT === devT)),
        { withinMs: 30_000 },
      );
      const errors = system
        .records()
        .slice(from)
        .filter(({ level }) => level >= 50);
      expect(errors.map(({ event }) => event)).to.include(1036);
      expect(await system.shown('two')).to.equal('->');
    });

    it('is a path of the one that it leads to now', async () => {
      await until('"three" has three paths', async () => (await system.unit('three')).paths.length === 3, {
        withinMs: 20_000,
      });
      await system.array.end();
      await until('"two" has its path again', async () => (await system.shown('two')) === '>>', { withinMs: 30_000 });
    });
  });
});
