/**
 * Kernels before 6.5 stop the disks behind a lost port one after the other, and wait for a grace period of RCU for each
 * (drivers/scsi/scsi_lib.c, scsi_target_block; block/blk-mq.c, blk_mq_wait_quiesce_done); only then do they end the I/O
 * that is in flight there (drivers/scsi/scsi_transport_fc.c, fc_remote_port_delete). A grace period takes 10 to 30 ms, so
 * with 64 disks that I/O hangs for more than a second. Where grace periods are expedited each takes less than one.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.js';

/** As long as a kernel may take for some thousand disks. */
const HASTE_MS = 3_000;

export interface GracePeriodsOptions {
  readonly clock: Clock;
  /** A folder that a restart of the daemon keeps and one of the machine does not. */
  readonly runDir: string;
  /** Where sysfs is; for tests. */
  readonly sysRoot?: string;
}

/** Expedites RCU's grace periods for a moment, and puts back what was set before, after a crash too. */
export class GracePeriods {
  readonly #clock: Clock;
  readonly #attribute: string;
  /** Holds what was set before, while it is not. */
  readonly #note: string;
  #end: Timer | null = null;

  /** Puts back what a daemon that was killed has left. */
  constructor({ clock, runDir, sysRoot = '/sys' }: GracePeriodsOptions) {
    this.#clock = clock;
    this.#attribute = join(sysRoot, 'kernel/rcu_expedited');
    this.#note = join(runDir, 'rcu_expedited.before');
    this.#putBack();
  }

  /** Called when a port is lost. Does nothing where they are expedited anyway, or the kernel has no such switch. */
  expedite(): void {
    this.#end?.cancel();
    this.#end = this.#clock.after('grace periods', HASTE_MS, () => this.close());
    try {
      const before = readFileSync(this.#attribute, 'latin1').trim();
      if (before !== '0') return;
      writeFileSync(this.#note, before);
      writeFileSync(this.#attribute, '1');
    } catch {
      // I/O that is in flight hangs for longer then; nothing else depends on it.
    }
  }

  /** Puts back what was set before. */
  close(): void {
    this.#end?.cancel();
    this.#end = null;
    this.#putBack();
  }

  #putBack(): void {
    try {
      const before = readFileSync(this.#note, 'latin1');
      writeFileSync(this.#attribute, before);
      rmSync(this.#note);
    } catch {
      // Nothing was changed.
    }
  }
}
