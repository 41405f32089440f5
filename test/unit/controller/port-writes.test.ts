/** Time-outs are written after they have been saved as ours, and in the order in which they were decided. */
import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { PortWrites } from '../../../src/controller/port-writes.js';
import { settle } from '../../support/fake-clock.js';

const set = (values: { fastIoFailSec?: number | null; devLossSec?: number }, port = 'rport-1:0-0') =>
  ({ kind: 'set-port-timeouts', port, ...values }) as const;

function parts(): {
  writes: PortWrites;
  written: unknown[];
  troubles: string[];
  end: (error?: Error) => Promise<void>;
} {
  const written: unknown[] = [];
  const troubles: string[] = [];
  let ended: (error?: Error) => void = () => undefined;
  const save = new Promise<void>((resolve, reject) => {
    ended = (error) => (error === undefined ? resolve() : reject(error));
  });
  save.catch(() => undefined);
  const writes = new PortWrites({
    timeouts: {
      write: (name, values) => {
        if (name === 'rport-7:0-0') throw new PathManagerError('SYSCALL', 'kernel returned EINVAL');
        written.push([name, values]);
        return 'written';
      },
    },
    saved: () => save,
    trouble: (error) => void troubles.push(error.message),
  });
  const end = async (error?: Error): Promise<void> => {
    ended(error);
    await settle();
  };
  return { writes, written, troubles, end };
}

describe('Time-outs of remote ports', () => {
  it('are written at once where the values are known as ours', () => {
    const { writes, written } = parts();
    writes.write(set({ fastIoFailSec: 0 }), false);
    expect(written).to.deep.equal([['rport-1:0-0', { fastIoFailSec: 0 }]]);
  });

  it('wait for the save where they are new, and what comes meanwhile goes with them', async () => {
    const { writes, written, end } = parts();
    writes.write(set({ fastIoFailSec: 0, devLossSec: 90 }), true);
    await settle();
    writes.write(set({ fastIoFailSec: 5 }), false);
    writes.write(set({ fastIoFailSec: null }, 'rport-2:0-0'), false);
    writes.write(set({ devLossSec: 120 }), true);
    expect(written).to.deep.equal([['rport-2:0-0', { fastIoFailSec: null }]]);
    await end();
    expect(written.slice(1)).to.deep.equal([['rport-1:0-0', { fastIoFailSec: 5, devLossSec: 120 }]]);
    writes.write(set({ fastIoFailSec: 0 }), false);
    expect(written).to.have.length(3);
  });

  it('do not wait for a disk that takes no save', async () => {
    const { writes, written, end } = parts();
    writes.write(set({ fastIoFailSec: 0 }), true);
    await end(new Error('disk full'));
    expect(written).to.have.length(1);
  });

  it('are not written any more after the end', async () => {
    const { writes, written, end } = parts();
    writes.write(set({ fastIoFailSec: 0 }), true);
    writes.close();
    await end();
    expect(written).to.deep.equal([]);
  });

  it('that the kernel refuses are told', () => {
    const { writes, troubles } = parts();
    writes.write(set({ fastIoFailSec: 0 }, 'rport-7:0-0'), false);
    expect(troubles).to.deep.equal(['kernel returned EINVAL']);
  });
});
