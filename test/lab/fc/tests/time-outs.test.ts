// Whose the time-outs of remote ports are: ours where nobody has set them, the operator's and the configuration's elsewhere.
import { expect } from 'chai';
import { LabSystem } from '../../inside/system.js';
import { until } from '../../inside/until.js';
import type { FcArray } from '../inside/fc-array.js';
import { pull, plug } from '../inside/fc-faults.js';
import { theArray } from '../inside/the-array.js';

describe('fc lab: the time-outs of remote ports', () => {
  let array: FcArray;
  let system: LabSystem<FcArray> | null = null;
  before(async function () {
    this.timeout(120_000);
    array = await theArray();
  });
  afterEach(async () => {
    await system?.end();
    system = null;
  });
  const failFast = (): (string | undefined)[] => [0, 1].map((port) => array.timeout(port, 'fast_io_fail_tmo'));
  const devLoss = (): (string | undefined)[] => [0, 1].map((port) => array.timeout(port, 'dev_loss_tmo'));

  it('cover the time for which I/O waits without a path', async () => {
    system = await LabSystem.on(array, 'noPath: 300\n');
    await until('the ports stay longer', () => devLoss().every((value) => Number(value) > 300));
    expect(failFast()).to.deep.equal(['0', '0']);
  });

  it('are for ever where I/O waits for ever', async () => {
    system = await LabSystem.on(array, 'noPath: queue\n');
    await until('the ports stay', () => devLoss().every((value) => value === '2147483647'));
  });

  it('are an operator’s where one has set them before, and are left alone, and that is shown', async () => {
    array.setTimeout(1, 'fast_io_fail_tmo', '7');
    system = await LabSystem.on(array);
    await until('the other port fails fast', () => failFast()[0] === '0');
    await pull(array, 0);
    await system.comesTo('one', 'X>');
    await plug(array, 0);
    await system.comesTo('one', '>>', { withinMs: 20_000 });
    expect(failFast()[1]).to.equal('7');
    const { stdout } = await system.installation.spscmd('getlun', '-v');
    expect(stdout).to.match(/fast_io_fail_tmo 7 s[^\n]*operator/);
  });

  it('are an operator’s from when one sets them', async () => {
    system = await LabSystem.on(array);
    await until('both ports fail fast', () => failFast().every((value) => value === '0'));
    array.setTimeout(0, 'fast_io_fail_tmo', '3');
    const lab = system;
    await until('that is told', () => lab.records().some(({ event }) => event === 1035), { withinMs: 20_000 });
    await pull(array, 1);
    await system.comesTo('one', '>X');
    await plug(array, 1);
    await system.comesTo('one', '>>', { withinMs: 20_000 });
    expect(failFast()).to.deep.equal(['3', '0']);
  });

  it('are what the configuration says', async () => {
    system = await LabSystem.on(array, 'fibreChannel:\n  fastIoFail: 2\n  devLoss: 90\n');
    await until('both ports have it', () => failFast().every((value) => value === '2'));
    expect(devLoss()).to.deep.equal(['90', '90']);
  });

  it('are patient when the controller has stopped: nobody is there to see the last way go', async () => {
    system = await LabSystem.on(array);
    await until('both ports fail fast', () => failFast().every((value) => value === '0'));
    await system.installation.stop();
    expect(failFast()).to.deep.equal(['5', '5']);
  });

  it('are ours again after a start, whatever became of the one before', async () => {
    system = await LabSystem.on(array);
    await until('both ports fail fast', () => failFast().every((value) => value === '0'));
    await system.installation.controller.kill();
    await system.installation.startController();
    await pull(array, 0);
    await until('the other port is patient', () => failFast()[1] === '5');
    await plug(array, 0);
    await until('both ports fail fast again', () => failFast().every((value) => value === '0'), { withinMs: 20_000 });
  });
});
