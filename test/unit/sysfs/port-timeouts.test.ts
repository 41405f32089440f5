import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { PathManagerError } from '../../../src/base/errors.js';
import { writePortTimeouts } from '../../../src/sysfs/port-timeouts.js';
import type { PortTimeoutValues } from '../../../src/sysfs/port-timeouts.js';
import { Sysfs } from '../../../src/sysfs/sysfs.js';
import { SysfsScene } from '../../support/sysfs-scene.js';

const PORT = 'rport-2:0-0';

/** A sysfs that takes time-outs as the kernel does, drivers/scsi/scsi_transport_fc.c. */
class PortSysfs extends Sysfs {
  /** Each state that the port went through, as "fast/loss". */
  readonly states: string[] = [];
  /** What the next write ends with instead. */
  failure: string | null = null;

  get fast(): string {
    return readFileSync(`${this.root}/class/fc_remote_ports/${PORT}/fast_io_fail_tmo`, 'utf8').trim();
  }

  get loss(): number {
    return Number(readFileSync(`${this.root}/class/fc_remote_ports/${PORT}/dev_loss_tmo`, 'utf8'));
  }

  override write(path: string, text: string): void {
    const refusal = this.failure ?? this.#refusal(path, text);
    if (refusal !== null) throw new PathManagerError('SYSCALL', `refused ${path}`, { path, code: refusal });
    super.write(path, text);
    this.states.push(`${this.fast}/${this.loss}`);
  }

  #refusal(path: string, text: string): string | null {
    if (!path.startsWith(`class/fc_remote_ports/${PORT}/`)) return 'ENOENT';
    if (path.endsWith('/dev_loss_tmo')) {
      return Number(text) > 0xffff_ffff || (this.fast === 'off' && Number(text) > 600) ? 'EINVAL' : null;
    }
    return text !== 'off' && (Number(text) >= this.loss || Number(text) > 600) ? 'EINVAL' : null;
  }
}

describe('writePortTimeouts', () => {
  let scene: SysfsScene;
  let sysfs: PortSysfs;
  beforeEach(() => {
    scene = new SysfsScene();
    sysfs = new PortSysfs(scene.sysRoot);
    has('5', 60);
  });
  afterEach(() => scene.cleanup());

  function has(fast: string, loss: number): void {
    scene.remotePort(PORT, { fast_io_fail_tmo: fast, dev_loss_tmo: String(loss) });
    sysfs.states.length = 0;
  }

  const rows: [string, [string, number], PortTimeoutValues, string[]][] = [
    ['one value alone', ['5', 60], { fastIoFailSec: 0 }, ['0/60']],
    ['"off"', ['5', 60], { fastIoFailSec: null }, ['off/60']],
    ['the other alone', ['5', 60], { devLossSec: 90 }, ['5/90']],
    ['both shorter: what must stay below first', ['30', 60], { fastIoFailSec: 5, devLossSec: 20 }, ['5/60', '5/20']],
    ['both longer: room first', ['5', 10], { fastIoFailSec: 30, devLossSec: 60 }, ['5/60', '30/60']],
    ['long without "off" first', ['off', 60], { fastIoFailSec: 5, devLossSec: 3000 }, ['5/60', '5/3000']],
    [
      'long and neither fits first',
      ['off', 60],
      { fastIoFailSec: 100, devLossSec: 3000 },
      ['off/101', '100/101', '100/3000'],
    ],
  ];
  for (const [what, [fast, loss], values, states] of rows) {
    it(`writes ${what}`, () => {
      has(fast, loss);
      expect(writePortTimeouts(sysfs, PORT, values)).to.equal('written');
      expect(sysfs.states).to.deep.equal(states);
    });
  }

  it('gets from any values to any others, and crosses them at no moment', () => {
    // 600 itself, the longest of all, cannot be reached from "off" where dev_loss_tmo is shorter.
    const fastIoFail = fc.option(fc.nat(599));
    const pair = fc.tuple(fastIoFail, fc.integer({ min: 1, max: 4000 })).filter(([fast, loss]) => {
      return fast === null ? loss <= 600 : fast < loss;
    });
    fc.assert(
      fc.property(pair, pair, (from, to) => {
        has(from[0] === null ? 'off' : String(from[0]), from[1]);
        expect(writePortTimeouts(sysfs, PORT, { fastIoFailSec: to[0], devLossSec: to[1] })).to.equal('written');
        expect(sysfs.states.at(-1)).to.equal(`${to[0] ?? 'off'}/${to[1]}`);
        for (const state of sysfs.states) {
          const [fast, loss] = state.split('/');
          expect(fast === 'off' || Number(fast) < Number(loss), state).to.equal(true);
        }
      }),
    );
  });

  for (const code of ['ENOENT', 'ENODEV', 'ENXIO', 'EIO']) {
    it(`takes ${code} for a port that has gone`, () => {
      sysfs.failure = code;
      expect(writePortTimeouts(sysfs, PORT, { fastIoFailSec: 0 })).to.equal('gone');
    });
  }

  it('finds a port gone that is not there at all', () => {
    expect(writePortTimeouts(sysfs, 'rport-9:0-0', { fastIoFailSec: 0, devLossSec: 60 })).to.equal('gone');
  });

  it('takes EBUSY for a port that is away', () => {
    sysfs.failure = 'EBUSY';
    expect(writePortTimeouts(sysfs, PORT, { fastIoFailSec: 0 })).to.equal('lost');
  });

  it('says what was asked of which port, and what the kernel has, where it refuses', () => {
    has('off', 60);
    const ask = (): unknown => writePortTimeouts(sysfs, PORT, { devLossSec: 3000 });
    expect(ask).to.throw(
      'Cannot set dev_loss_tmo of remote port rport-2:0-0 to 3000: kernel returned EINVAL; it has fast_io_fail_tmo off and dev_loss_tmo 60',
    );
  });

  it('writes nothing that would cross, which the kernel would take', () => {
    has('30', 60);
    expect(() => writePortTimeouts(sysfs, PORT, { devLossSec: 30 })).to.throw(
      'Cannot set dev_loss_tmo of remote port rport-2:0-0 to 30: fast_io_fail_tmo has to stay below dev_loss_tmo; it has',
    );
    expect(() => writePortTimeouts(sysfs, PORT, { fastIoFailSec: 60 })).to.throw('to 60: fast_io_fail_tmo has to stay');
    expect(sysfs.states).to.deep.equal([]);
  });

  it('goes by the kernel alone where its values cannot be read', () => {
    scene.remotePort(PORT, { fast_io_fail_tmo: '?', dev_loss_tmo: '?' });
    sysfs.failure = 'EACCES';
    expect(() => writePortTimeouts(sysfs, PORT, { fastIoFailSec: 5 })).to.throw(
      'kernel returned EACCES; it has fast_io_fail_tmo unknown and dev_loss_tmo unknown',
    );
  });
});
