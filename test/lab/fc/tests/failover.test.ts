// A cable of Fibre Channel is pulled: the port's word reaches every path, and nobody's I/O notices.
import { expect } from 'chai';
import { type IoRun, startReader } from '../../inside/io.js';
import { Figures, ms } from '../../inside/figures.js';
import { LabSystem } from '../../inside/system.js';
import { until } from '../../inside/until.js';
import type { FcArray } from '../inside/fc-array.js';
import { disturb, plug, pull, setPort } from '../inside/fc-faults.js';
import { luns, theArray } from '../inside/the-array.js';

describe('fc lab: a pulled cable', () => {
  const figures = new Figures();
  let system: LabSystem<FcArray>;
  let reader: IoRun;
  let writer: IoRun;
  before(async function () {
    this.timeout(180_000);
    system = await LabSystem.on(await theArray());
    // Long enough that nothing here is the patrol's doing.
    await system.patrol({ intervalSec: 3600 });
    writer = await system.write('one');
    reader = await startReader(system.device('one'), { depth: 4 });
  });
  after(async () => {
    reader.kill();
    await system.end();
    figures.print();
  });

  const failFast = (port: number): string | undefined => system.array.timeout(port, 'fast_io_fail_tmo');

  it('lets I/O in flight come back at once while there is another way, from the start', async () => {
    await until('both ports fail fast', () => failFast(0) === '0' && failFast(1) === '0');
  });

  it('takes every path behind the port out of service, also where no I/O runs', async () => {
    const from = system.records().length;
    await pull(system.array, 0, [reader, writer]);
    for (const lun of luns) await system.comesTo(lun, 'X>', { withinMs: 5000 });
    expect(await system.getlun('two')).to.equal('X>');
    const causes = system
      .records()
      .slice(from)
      .map(({ event }) => event);
    // The port once; two and three had no I/O that could have failed.
    expect(causes.filter((event) => event === 1029)).to.have.length(1);
    expect(causes.filter((event) => event === 1005)).to.have.length.at.least(2);
  });

  it('makes the port that is left a patient one', async () => {
    await until('the other port is patient', () => failFast(1) === '5');
  });

  it('has them all back after the plug, without a patrol and without an operator', async () => {
    await plug(system.array, 0);
    for (const lun of luns) await system.comesTo(lun, '>>', { withinMs: 20_000 });
    await until('both ports fail fast again', () => failFast(0) === '0' && failFast(1) === '0');
  });

  it('has done so without an error, and without a stall that anybody would feel', async () => {
    for (const [name, run] of Object.entries({ writer, reader })) {
      const { errors, problems, mismatches, worstStallMs } = await run.stats();
      expect({ errors, problems, mismatches }).to.deep.equal({ errors: 0, problems: [], mismatches: 0 });
      figures.add(`worst stall of the ${name} over a pull and a plug ${ms(worstStallMs)}`);
    }
  });

  it('does the same where the array switches its port off', async () => {
    await setPort(system.array, 1, 'off', [reader, writer]);
    for (const lun of luns) await system.comesTo(lun, '>X', { withinMs: 20_000 });
    await setPort(system.array, 1, 'on');
    for (const lun of luns) await system.comesTo(lun, '>>', { withinMs: 30_000 });
  });

  it('fails nothing while frames are late', async () => {
    const from = system.records().length;
    disturb(system.array, 0, 'delay 60ms');
    const { reads } = await writer.reset();
    await writer.until((stats) => stats.reads > reads + 20);
    disturb(system.array, 0, null);
    expect(
      system
        .records()
        .slice(from)
        .filter(({ event }) => [270, 271, 1005].includes(event)),
    ).to.deep.equal([]);
    for (const lun of luns) await system.comesTo(lun, '>>');
  });

  it('keeps I/O waiting while both cables are out, and lets it go on with the first that is back', async () => {
    await pull(system.array, 0, [reader, writer]);
    await system.comesTo('one', 'X>');
    await pull(system.array, 1, [reader, writer]);
    await reader.reset();
    await reader.until((stats) => stats.worstStallMs > 1000, 30_000);
    const { reads } = await reader.stats();
    await plug(system.array, 0);
    await reader.until((stats) => stats.reads > reads, 30_000);
    await plug(system.array, 1);
    for (const lun of luns) await system.comesTo(lun, '>>', { withinMs: 30_000 });
    for (const run of [reader, writer]) {
      const { errors, problems, mismatches } = await run.stop();
      expect({ errors, problems, mismatches }).to.deep.equal({ errors: 0, problems: [], mismatches: 0 });
    }
  });
});
