// The lab itself: what its verbs do to the kernel, without anything of ours.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { setAlua } from '../../inside/faults.js';
import { type IoRun, startReader } from '../../inside/io.js';
import { readAttribute, until } from '../../inside/until.js';
import { disturb, plug, pull, setPort } from '../inside/fc-faults.js';
import type { FcArray } from '../inside/fc-array.js';
import { theArray } from '../inside/the-array.js';

describe('fc lab: the fabrics', () => {
  let array: FcArray;
  before(async function () {
    this.timeout(120_000);
    array = await theArray();
  });
  after(() => array.end());

  const rport = (port: number, attribute: string): string | undefined =>
    readAttribute(`/sys/class/fc_remote_ports/${array.remotePort(port)}/${attribute}`);
  const device = (port: number, attribute: string): string | undefined =>
    readAttribute(`/sys/class/scsi_device/${array.hctl('one', port)}/device/${attribute}`);

  it('leads to each LUN by two ports, with the ALUA handler attached', () => {
    expect([0, 1].map((port) => rport(port, 'roles'))).to.deep.equal(Array(2).fill('FCP Target, FCP Initiator'));
    expect([0, 1].map((port) => device(port, 'dh_state'))).to.deep.equal(['alua', 'alua']);
    expect(new Set([0, 1].map((port) => device(port, 'wwid')))).to.deep.equal(new Set([array.wwid('one')]));
  });

  it('loses a port with its cable, and its disks with it, and has them back after the plug', async () => {
    await pull(array, 0);
    expect([rport(0, 'port_state'), rport(1, 'port_state')]).to.deep.equal(['Blocked', 'Online']);
    await until('the disk is blocked', () => device(0, 'state') === 'blocked');
    await plug(array, 0);
    await until('the disk runs', () => device(0, 'state') === 'running');
  });

  it('loses a port that the array switches off while the link stays', async () => {
    await setPort(array, 1, 'off');
    expect(readFileSync('/sys/class/net/i1/carrier', 'utf8').trim()).to.equal('1');
    await setPort(array, 1, 'on');
  });

  it('shows a change of the ALUA state to the handler', async () => {
    const reader = await startReader(`/dev/${array.findDisk('one', 1) ?? ''}`, { pauseMs: 20 });
    await setAlua(array, 1, 'active/non-optimized', 'one');
    await until('the handler knows', () => device(1, 'access_state') === 'active/non-optimized', { withinMs: 20_000 });
    await setAlua(array, 1, 'active/optimized', 'one');
    await reader.stop();
  });

  describe('with a reader', () => {
    let reader: IoRun;
    beforeEach(async () => (reader = await startReader(`/dev/${array.findDisk('one', 0) ?? ''}`, { pauseMs: 20 })));
    afterEach(() => reader.kill());

    it('keeps its I/O waiting while the port is lost, and lets it go on', async () => {
      await pull(array, 0, [reader]);
      await reader.until((stats) => stats.worstStallMs > 500);
      await plug(array, 0);
      const { reads } = await reader.stats();
      await reader.until((stats) => stats.reads > reads && stats.errors === 0);
    });

    it('delays the frames of a port', async () => {
      disturb(array, 0, 'delay 150ms');
      await reader.reset();
      await reader.until((stats) => stats.worstStallMs > 140);
      disturb(array, 0, null);
    });
  });
});
