/** Sets the time-outs of Fibre Channel remote ports: drivers/scsi/scsi_transport_fc.c. */

import { PathManagerError } from '../base/errors.js';
import type { Sysfs } from './sysfs.js';

/** What to set; what is left out stays as it is. */
export interface PortTimeoutValues {
  /** Seconds after which I/O to an absent port fails; null turns it off. */
  readonly fastIoFailSec?: number | null;
  /** Seconds after which an absent port is removed. */
  readonly devLossSec?: number;
}

/** `gone`: the port is no more. `lost`: it is away, and the kernel takes no values until it is back. */
export type PortTimeoutsOutcome = 'written' | 'gone' | 'lost';

/** SCSI_DEVICE_BLOCK_MAX_TIMEOUT (include/scsi/scsi_device.h): the longest fast_io_fail_tmo, and dev_loss_tmo without it. */
const LONGEST_BLOCK_SEC = 600;

type Attribute = 'fast_io_fail_tmo' | 'dev_loss_tmo';
type Write = readonly [attribute: Attribute, text: string];

/** How the kernel answers a write to a port that has gone meanwhile. */
const GONE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENODEV', 'ENXIO', 'EIO']);

/**
 * Writes the values, at once, in such an order that fast_io_fail_tmo is below dev_loss_tmo at every moment, which the
 * kernel demands of what is written and keeps nobody else from.
 * @returns what became of it; `gone` and `lost` may come after the first of two writes
 * @throws PathManagerError SYSCALL where the kernel refuses a value; it names the port, what was asked and what is there
 */
export function writePortTimeouts(sysfs: Sysfs, port: string, values: PortTimeoutValues): PortTimeoutsOutcome {
  const folder = `class/fc_remote_ports/${port}`;
  const present = presentOf(sysfs, folder);
  const crossed = crossing(values, present);
  if (crossed !== null) throw refused(sysfs, folder, port, crossed, 'fast_io_fail_tmo has to stay below dev_loss_tmo');
  for (const [attribute, text] of inOrder(values, present.devLoss)) {
    try {
      sysfs.write(`${folder}/${attribute}`, text);
    } catch (error) {
      const code = error instanceof PathManagerError ? error.facts['code'] : null;
      if (GONE.has(code)) return 'gone';
      // Blocked, Deleted, Not Present (fc_rport_set_dev_loss_tmo, store_fc_rport_fast_io_fail_tmo).
      if (code === 'EBUSY') return 'lost';
      throw refused(sysfs, folder, port, [attribute, text], `kernel returned ${String(code)}`, error);
    }
  }
  return 'written';
}

/** Null for what cannot be read. */
interface Present {
  readonly fastIoFail: number | 'off' | null;
  readonly devLoss: number | null;
}

function presentOf(sysfs: Sysfs, folder: string): Present {
  const file = `${folder}/fast_io_fail_tmo`;
  return {
    fastIoFail: sysfs.text(file) === 'off' ? 'off' : sysfs.number(file),
    devLoss: sysfs.number(`${folder}/dev_loss_tmo`),
  };
}

function inOrder({ fastIoFailSec, devLossSec }: PortTimeoutValues, devLoss: number | null): readonly Write[] {
  const fast: Write[] =
    fastIoFailSec === undefined ? [] : [['fast_io_fail_tmo', fastIoFailSec === null ? 'off' : String(fastIoFailSec)]];
  const loss: Write[] = devLossSec === undefined ? [] : [['dev_loss_tmo', String(devLossSec)]];
  // What fits below the old dev_loss_tmo comes first, as that may become long only where the other is not off.
  const fits = typeof fastIoFailSec !== 'number' || devLoss === null || fastIoFailSec < devLoss;
  if (fits || devLossSec === undefined) return [...fast, ...loss];
  if (devLossSec <= LONGEST_BLOCK_SEC) return [...loss, ...fast];
  // Neither may come first: the shortest dev_loss_tmo that has room for the other comes in between.
  return [['dev_loss_tmo', String(fastIoFailSec + 1)], ...fast, ...loss];
}

/** What would put dev_loss_tmo at or below fast_io_fail_tmo; the kernel itself takes a low dev_loss_tmo. */
function crossing(values: PortTimeoutValues, present: Present): Write | null {
  const [fast, loss] = [values.fastIoFailSec, values.devLossSec];
  const fastAfter = fast === undefined ? present.fastIoFail : (fast ?? 'off');
  const lossAfter = loss ?? present.devLoss;
  if (typeof fastAfter !== 'number' || lossAfter === null || fastAfter < lossAfter) return null;
  return loss === undefined ? ['fast_io_fail_tmo', String(fastAfter)] : ['dev_loss_tmo', String(loss)];
}

function refused(
  sysfs: Sysfs,
  folder: string,
  port: string,
  [attribute, text]: Write,
  why: string,
  cause?: unknown,
): PathManagerError {
  const { fastIoFail, devLoss } = presentOf(sysfs, folder);
  return new PathManagerError(
    'SYSCALL',
    `Cannot set ${attribute} of remote port ${port} to ${text}: ${why}; it has fast_io_fail_tmo ` +
      `${fastIoFail ?? 'unknown'} and dev_loss_tmo ${devLoss ?? 'unknown'}`,
    { port, attribute, value: text, fastIoFail, devLoss },
    cause,
  );
}
