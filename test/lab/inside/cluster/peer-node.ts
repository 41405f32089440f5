// The other node of a cluster: a SCSI host of its own with ports of its own on the same array (tcm_loop, in either lab), all
// of it in this kernel.
// Its disks get no driver for disks, only a node of the sg driver: another machine's disks are not in this one's /dev, and
// the daemons never see them, however names of disks move when the array restarts.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reservationTypes, type ReservationType } from '../../../../src/base/reservation.js';
import { loopback, removeMapping } from '../clear-target.js';
import type { StorageArray } from '../storage-array.js';
import { until } from '../until.js';
import { persistOut } from './sg-persist.js';
import { sgWrite } from './direct-io.js';

const autoprobe = '/sys/bus/scsi/drivers_autoprobe';
const targetName = 'naa.50000000000b0000';
const initiatorName = 'naa.60000000000b0000';

/** What it says to the array goes through its first port, but for the registration of its key, which goes through all. */
export class PeerNode {
  /** The port name of its initiator, as the array tells it. */
  static readonly initiator = initiatorName.replace('naa.', '0x');
  readonly key: string;
  readonly #array: StorageArray;
  readonly #ports: number;

  private constructor(array: StorageArray, key: string, ports: number) {
    this.#array = array;
    this.key = key;
    this.#ports = ports;
  }

  /** Connects it to an array, with paths to every LUN that there is. It registers nothing by itself. */
  static async connect(array: StorageArray, { key = '0x00000000beefbeef', ports = 2 } = {}): Promise<PeerNode> {
    const peer = new PeerNode(array, key, ports);
    await peer.connect();
    return peer;
  }

  async connect(): Promise<void> {
    for (let port = 0; port < this.#ports; port++) {
      mkdirSync(this.#portFolder(port), { recursive: true });
      writeFileSync(join(this.#portFolder(port), 'nexus'), initiatorName);
    }
    // The disk is made within the call that shows the LUN, so nobody else's disk goes without its driver.
    writeFileSync(autoprobe, '0');
    try {
      for (const lun of this.#array.lunNames) for (let port = 0; port < this.#ports; port++) this.#map(lun, port);
    } finally {
      writeFileSync(autoprobe, '1');
    }
    for (const lun of this.#array.lunNames)
      for (let port = 0; port < this.#ports; port++)
        await until(`the peer has a path to "${lun}"`, () => existsSync(this.device(lun, port)));
  }

  /** Takes all of its paths away; what it registered stays with the array. */
  async disconnect(): Promise<void> {
    for (let port = 0; port < this.#ports; port++) {
      const folder = join(this.#portFolder(port), 'lun');
      for (const lun of this.#array.lunNames) {
        const place = this.#place(lun, port);
        removeMapping(join(folder, `lun_${this.#array.lunNumber(lun)}`));
        await until('the peer has lost its path', () => !existsSync(place));
      }
      writeFileSync(join(this.#portFolder(port), 'nexus'), 'NULL');
      rmdirSync(this.#portFolder(port));
    }
    rmdirSync(join(loopback, targetName));
  }

  /** The node of the sg driver, as /dev/sg3: for sg_persist as an oracle, too. */
  device(lun: string, port = 0): string {
    const folder = join(this.#place(lun, port), 'device/scsi_generic');
    return `/dev/${existsSync(folder) ? (readdirSync(folder)[0] ?? 'none') : 'none'}`;
  }

  /** Registers its key through all of its ports, whatever was registered there. */
  register(lun: string, options: { readonly persist?: boolean } = {}): void {
    for (let port = 0; port < this.#ports; port++)
      persistOut(
        this.device(lun, port),
        '--register-ignore',
        `--param-sark=${this.key}`,
        ...(options.persist === true ? ['--param-aptpl'] : []),
      );
  }

  unregister(lun: string): void {
    for (let port = 0; port < this.#ports; port++)
      persistOut(this.device(lun, port), '--register-ignore', '--param-sark=0');
  }

  reserve(lun: string, type: ReservationType): 'done' | 'conflict' {
    return this.#out(lun, type, '--reserve');
  }

  release(lun: string, type: ReservationType): 'done' | 'conflict' {
    return this.#out(lun, type, '--release');
  }

  /**
   * Takes away a key. It never aborts: tcm_loop of Linux 6.1 carries a command out in the very work that PREEMPT AND ABORT
   * waits for (drivers/target/target_core_tmr.c, core_tmr_drain_state_list), and the LUN hangs from then on.
   */
  preempt(lun: string, victim: string, type: ReservationType): 'done' | 'conflict' {
    return this.#out(lun, type, '--preempt', `--param-sark=${victim}`);
  }

  clear(lun: string): 'done' | 'conflict' {
    return persistOut(this.device(lun), '--clear', `--param-rk=${this.key}`);
  }

  /** Writes the last block of a LUN, which no other I/O of the lab uses. */
  write(lun: string): 'done' | 'conflict' {
    return sgWrite(this.device(lun));
  }

  #out(lun: string, type: ReservationType, ...args: string[]): 'done' | 'conflict' {
    const common = [`--param-rk=${this.key}`, `--prout-type=${reservationTypes[type]}`];
    return persistOut(this.device(lun), ...args, ...common);
  }

  #map(lun: string, port: number): void {
    const folder = join(this.#portFolder(port), 'lun', `lun_${this.#array.lunNumber(lun)}`);
    mkdirSync(folder);
    symlinkSync(this.#array.storeFolder(lun), join(folder, 'store'));
  }

  #place(lun: string, port: number): string {
    const address = readFileSync(join(this.#portFolder(port), 'address'), 'utf8').trim();
    return `/sys/class/scsi_device/${address}:${this.#array.lunNumber(lun)}`;
  }

  #portFolder(port: number): string {
    return join(loopback, targetName, `tpgt_${port}`);
  }
}
