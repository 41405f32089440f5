// A disk array behind the lab's kernel: LIO with files on tmpfs, seen through SCSI hosts (fabrics) and targets (ports).
// Source of the layout: drivers/target/loopback/tcm_loop.c of Linux 6.1.
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearTarget, loopback, removeMapping, removeStore, storeFiles } from './clear-target.js';
import { createStore, storeFolder, wwidOf, type LunSpec, type StoreStrings } from './lun-store.js';
import type { StorageArray } from './storage-array.js';
import { readAttribute, until } from './until.js';

export interface ArraySpec extends StoreStrings {
  /** Ports of the array, spread evenly over the fabrics: with 4 ports of 2 fabrics, ports 0 and 1 are on the first. */
  readonly ports: number;
  /** SCSI hosts of this machine that lead to the array; default 2. */
  readonly fabrics?: number;
  readonly luns: readonly LunSpec[];
  /** ALUA target port group of each port; default: each its own, numbered like the port. */
  readonly groups?: readonly number[];
}

type PlacedLun = LunSpec & { readonly lun: number };

/** The array of the lab, one at a time. LUNs are asked for by name, ports by number from 0. */
export class LabArray implements StorageArray {
  readonly portCount: number;
  readonly #spec: ArraySpec;
  readonly #luns = new Map<string, PlacedLun>();
  /** Of ports while the array is switched off: they come back where they were. */
  readonly #lastAddresses = new Map<number, string>();

  private constructor(spec: ArraySpec) {
    this.#spec = spec;
    this.portCount = spec.ports;
  }

  /** Builds the array, after clearing away what there was, and waits until the kernel has every path. */
  static async create(spec: ArraySpec): Promise<LabArray> {
    clearTarget();
    const array = new LabArray(spec);
    array.#makePorts();
    for (const [index, lun] of spec.luns.entries()) await array.addLun({ lun: index, ...lun });
    return array;
  }

  /** The array that somebody has built to this specification. */
  static existing(spec: ArraySpec): LabArray {
    const array = new LabArray(spec);
    for (const [index, lun] of spec.luns.entries()) array.#luns.set(lun.name, { lun: index, ...lun });
    return array;
  }

  get lunNames(): string[] {
    return [...this.#luns.keys()];
  }

  /** Adds a LUN on every port. */
  async addLun(spec: LunSpec): Promise<void> {
    const lun = { lun: this.#luns.size, ...spec };
    this.#luns.set(lun.name, lun);
    this.#makeStore(lun);
    await this.#show(lun);
  }

  /** Takes a LUN away from every port and forgets it, content too. */
  async removeLun(name: string): Promise<void> {
    for (let port = 0; port < this.portCount; port++) await this.unmapLun(name, port);
    removeStore(this.storeFolder(name));
    rmSync(join(storeFiles, name), { force: true });
    this.#luns.delete(name);
  }

  /** Takes every port and LUN down, as when the array is switched off; content and the hosts that led there stay. */
  async powerOff(): Promise<void> {
    for (const name of this.lunNames) {
      for (let port = 0; port < this.portCount; port++) await this.unmapLun(name, port);
      removeStore(this.storeFolder(name));
    }
    for (let port = 0; port < this.portCount; port++) {
      writeFileSync(join(this.portFolder(port), 'nexus'), 'NULL');
      rmdirSync(this.portFolder(port));
    }
  }

  /** Builds again what `powerOff` took down. `restore` is called for each LUN before anybody is shown one. */
  async powerOn(restore: (lun: LunSpec) => void): Promise<void> {
    this.#makePorts();
    for (const lun of this.#luns.values()) {
      this.#makeStore(lun);
      restore(lun);
    }
    for (const lun of this.#luns.values()) await this.#show(lun);
  }

  /** Shows a LUN on one port and waits for its disk. */
  async mapLun(name: string, port: number): Promise<void> {
    const folder = this.#mapping(name, port);
    if (existsSync(folder)) return;
    mkdirSync(folder);
    symlinkSync(this.storeFolder(name), join(folder, 'store'));
    writeFileSync(join(folder, 'alua_tg_pt_gp'), this.groupOf(port));
    await until(`"${name}" has a disk behind port ${port}`, () => this.findDisk(name, port));
  }

  /** Hides a LUN from one port and waits until its disk is gone. */
  async unmapLun(name: string, port: number): Promise<void> {
    const folder = this.#mapping(name, port);
    if (!existsSync(folder)) return;
    const place = this.hctl(name, port);
    removeMapping(folder);
    await until(`the disk at ${place} is gone`, () => !existsSync(`/sys/class/scsi_device/${place}`));
  }

  /** The disks of a LUN, as `sda`, in the order of the ports; those only that are there. */
  disks(name: string): string[] {
    return Array.from({ length: this.portCount }, (_, port) => this.findDisk(name, port)).filter(
      (disk) => disk !== undefined,
    );
  }

  /** The disk of a LUN behind one port, as `sda`, if it is there: the link in /sys/block is the last that it gets. */
  findDisk(name: string, port: number): string | undefined {
    const folder = `/sys/class/scsi_device/${this.hctl(name, port)}/device/block`;
    const disk = existsSync(folder) ? readdirSync(folder)[0] : undefined;
    return disk !== undefined && existsSync(`/dev/${disk}`) && existsSync(`/sys/block/${disk}`) ? disk : undefined;
  }

  /** The same, and throws when it is not there. */
  disk(name: string, port: number): string {
    const disk = this.findDisk(name, port);
    if (disk === undefined) throw new Error(`LUN "${name}" has no disk behind port ${port}`);
    return disk;
  }

  /** Where a LUN behind a port is, as host:channel:target:lun. */
  hctl(name: string, port: number): string {
    const address = readAttribute(join(this.portFolder(port), 'address')) ?? this.#lastAddresses.get(port);
    if (address === undefined) throw new Error(`Port ${port} has no address`);
    this.#lastAddresses.set(port, address);
    return `${address}:${this.#lun(name).lun}`;
  }

  /** The logical unit number of a LUN, on every port. */
  lunNumber(name: string): number {
    return this.#lun(name).lun;
  }

  /** The WWID that the kernel makes of the LUN's serial: the Linux-IO company code and the serial, padded. */
  wwid(name: string): string {
    return wwidOf(this.#lun(name).serial);
  }

  /** Removes everything. */
  end(): void {
    clearTarget();
    this.#luns.clear();
  }

  /** The configfs folders that the faults work on. */
  portFolder(port: number): string {
    if (!Number.isInteger(port) || port < 0 || port >= this.portCount) throw new Error(`There is no port ${port}`);
    const perFabric = Math.ceil(this.portCount / this.#fabrics);
    return join(this.#fabricFolder(port), `tpgt_${port % perFabric}`);
  }

  storeFolder(name: string): string {
    return storeFolder(this.#lun(name).name);
  }

  /** The name of a port's ALUA group, a folder under each LUN's `alua`. */
  groupOf(port: number): string {
    return `group${this.#spec.groups?.[port] ?? port}`;
  }

  #makePorts(): void {
    for (let port = 0; port < this.portCount; port++) {
      mkdirSync(this.portFolder(port), { recursive: true });
      writeFileSync(join(this.portFolder(port), 'nexus'), this.#name(port, '6'));
    }
  }

  #makeStore(lun: PlacedLun): void {
    const groups = Array.from({ length: this.portCount }, (_, port) => this.groupOf(port));
    createStore(lun, this.#spec, groups);
  }

  async #show(lun: PlacedLun): Promise<void> {
    const ports = lun.shownOn ?? Array.from({ length: this.portCount }, (_, port) => port);
    for (const port of ports) await this.mapLun(lun.name, port);
  }

  get #fabrics(): number {
    return Math.min(this.#spec.fabrics ?? 2, this.portCount);
  }

  #fabricFolder(port: number): string {
    return join(loopback, this.#name(port, '5'));
  }

  /** The port name of the fabric a port is on; the first digit tells the array's (5) from the initiator's (6). */
  #name(port: number, digit: string): string {
    const perFabric = Math.ceil(this.portCount / this.#fabrics);
    return `naa.${digit}0000000000a${Math.floor(port / perFabric)
      .toString(16)
      .padStart(4, '0')}`;
  }

  #mapping(name: string, port: number): string {
    return join(this.portFolder(port), 'lun', `lun_${this.#lun(name).lun}`);
  }

  #lun(name: string): PlacedLun {
    const lun = this.#luns.get(name);
    if (lun === undefined) throw new Error(`There is no LUN "${name}"`);
    return lun;
  }
}
