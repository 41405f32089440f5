// A disk array on two Fibre Channel fabrics: LIO behind tcm_fc, one target port a fabric.
import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { removeMapping, target } from '../../inside/clear-target.js';
import { createStore, storeFolder, wwidOf, type LunSpec, type StoreStrings } from '../../inside/lun-store.js';
import type { StorageArray } from '../../inside/storage-array.js';
import { readAttribute, until } from '../../inside/until.js';
import { clearTraffic, makeFabrics, remotePortOf, setLink, type Fabric } from './fabric.js';

export interface FcArraySpec extends StoreStrings {
  /** Numbered from 1 on where they have no number. */
  readonly luns: readonly (LunSpec & { readonly lun?: number })[];
}

export type RemotePortTimeout = 'fast_io_fail_tmo' | 'dev_loss_tmo';

type PlacedLun = LunSpec & { readonly lun: number };

/** The array of the Fibre Channel lab: there is one, as the fabrics last as long as the lab's kernel. Ports count from 0. */
export class FcArray implements StorageArray {
  readonly portCount: number;
  readonly fabrics: readonly Fabric[];
  readonly #luns = new Map<string, PlacedLun>();
  static #only: Promise<FcArray> | null = null;

  private constructor(fabrics: readonly Fabric[]) {
    this.fabrics = fabrics;
    this.portCount = fabrics.length;
  }

  /** The array; the first call makes it, and later ones must want the same. */
  static there(spec: FcArraySpec): Promise<FcArray> {
    FcArray.#only ??= FcArray.#create(spec);
    return FcArray.#only;
  }

  /** Makes fabrics and array, sets the links up, and waits until the kernel has every path. */
  static async #create(spec: FcArraySpec): Promise<FcArray> {
    const array = new FcArray(await makeFabrics(2));
    for (const { initiator, target: end } of array.fabrics) {
      mkdirSync(join(portFolder(end.wwpn), 'acls', initiator.wwpn), { recursive: true });
    }
    for (const [index, lun] of spec.luns.entries()) {
      const placed = { lun: index + 1, ...lun };
      array.#luns.set(lun.name, placed);
      createStore(
        placed,
        spec,
        array.#ports().map((port) => array.groupOf(port)),
      );
      for (const port of array.#ports()) array.#show(placed, port);
    }
    for (const { initiator, target: end } of array.fabrics)
      for (const { link } of [initiator, end]) setLink(link, 'up');
    await until(
      'every LUN has a disk behind each port',
      () => array.lunNames.every((name) => array.#isComplete(name)),
      {
        withinMs: 30_000,
      },
    );
    return array;
  }

  get lunNames(): string[] {
    return [...this.#luns.keys()];
  }

  /** Shows a LUN on one port; nobody tells the initiator but the unit attention "reported LUNs data has changed". */
  mapLun(name: string, port: number): void {
    this.#show(this.#lun(name), port);
  }

  /** Shows the volume of another LUN under the number of the first, on one port. */
  remapLun(name: string, other: string, port: number): void {
    this.unmapLun(name, port);
    this.#show({ ...this.#lun(other), lun: this.#lun(name).lun }, port);
  }

  /** Hides a LUN from one port: the disk stays and answers that there is no such logical unit. */
  unmapLun(name: string, port: number): void {
    const { lun } = this.#lun(name);
    const { initiator, target: end } = this.#fabric(port);
    if (!existsSync(join(portFolder(end.wwpn), 'lun', `lun_${lun}`))) return;
    removeMapping(join(portFolder(end.wwpn), 'acls', initiator.wwpn, `lun_${lun}`));
    removeMapping(join(portFolder(end.wwpn), 'lun', `lun_${lun}`));
  }

  /** The disks of a LUN, as `sda`, in the order of the ports; those only that are there. */
  disks(name: string): string[] {
    return this.#ports()
      .map((port) => this.findDisk(name, port))
      .filter((disk) => disk !== undefined);
  }

  /** The disk of a LUN behind one port, as `sda`, if it is there. */
  findDisk(name: string, port: number): string | undefined {
    const place = this.#findPlace(name, port);
    const folder = place === undefined ? '' : `/sys/class/scsi_device/${place}/device/block`;
    const disk = existsSync(folder) ? readdirSync(folder)[0] : undefined;
    return disk !== undefined && existsSync(`/dev/${disk}`) && existsSync(`/sys/block/${disk}`) ? disk : undefined;
  }

  /** Where a LUN behind a port is, as host:channel:target:lun. */
  hctl(name: string, port: number): string {
    const place = this.#findPlace(name, port);
    if (place === undefined) throw new Error(`LUN "${name}" is not to be seen behind port ${port}`);
    return place;
  }

  lunNumber(name: string): number {
    return this.#lun(name).lun;
  }

  wwid(name: string): string {
    return wwidOf(this.#lun(name).serial);
  }

  storeFolder(name: string): string {
    return storeFolder(this.#lun(name).name);
  }

  /** The name of a port's ALUA group, a folder under each LUN's `alua`. */
  groupOf(port: number): string {
    return `group${port}`;
  }

  /** The kernel's name of the remote port behind which a port of the array is seen, as "rport-2:0-0". */
  remotePort(port: number): string {
    const name = remotePortOf(this.#fabric(port).initiator);
    if (name === undefined) throw new Error(`There is no remote port for port ${port}`);
    return name;
  }

  /** Has the kernel take the remote port for one that degrades, as a daemon does that listens to the fabric; or not. */
  setMarginal(port: number, marginal: boolean): void {
    writeFileSync(this.#attribute(port, 'port_state'), marginal ? 'Marginal' : 'Online');
  }

  /** A time-out of the remote port, as the kernel says it: "off" or seconds. */
  timeout(port: number, name: RemotePortTimeout): string | undefined {
    return readAttribute(this.#attribute(port, name));
  }

  /** Sets it by hand. */
  setTimeout(port: number, name: RemotePortTimeout, value: string): void {
    writeFileSync(this.#attribute(port, name), value);
  }

  /** All of them as the kernel makes a remote port (drivers/scsi/scsi_transport_fc.c). */
  resetTimeouts(): void {
    for (const port of this.#ports()) {
      this.setTimeout(port, 'fast_io_fail_tmo', 'off');
      this.setTimeout(port, 'dev_loss_tmo', '60');
    }
  }

  #attribute(port: number, name: string): string {
    return `/sys/class/fc_remote_ports/${this.remotePort(port)}/${name}`;
  }

  /** Everything as it was made: fabrics and LUNs stay as long as the lab's kernel. */
  async end(): Promise<void> {
    for (const { initiator, target: end } of this.fabrics) {
      clearTraffic(end.link);
      for (const { link } of [initiator, end]) setLink(link, 'up');
    }
    for (const name of this.lunNames) {
      for (const port of this.#ports()) {
        if (!this.#isShown(name, port)) this.unmapLun(name, port);
        this.mapLun(name, port);
        writeFileSync(join(this.storeFolder(name), 'alua', this.groupOf(port), 'alua_access_state'), '0');
      }
    }
    await until('every remote port is there', () => this.#ports().every((port) => this.portState(port) === 'Online'), {
      withinMs: 30_000,
    });
    this.resetTimeouts();
    await this.#settleAccess();
  }

  /** Has the ALUA handler look at each path: it would hear of a change by the next I/O only. */
  async #settleAccess(): Promise<void> {
    for (const name of this.lunNames) {
      for (const port of this.#ports()) {
        const folder = `/sys/class/scsi_device/${this.hctl(name, port)}/device`;
        writeFileSync(join(folder, 'rescan'), '1');
        const state = (): string | undefined => readAttribute(join(folder, 'access_state'));
        await until(`"${name}" is optimized through port ${port}`, () => state() === 'active/optimized');
      }
    }
  }

  /** What the kernel says of the remote port, as "Online" or "Blocked". */
  portState(port: number): string {
    const name = remotePortOf(this.#fabric(port).initiator);
    return readAttribute(`/sys/class/fc_remote_ports/${name ?? ''}/port_state`) ?? 'gone';
  }

  #show(lun: PlacedLun, port: number): void {
    const { initiator, target: end } = this.#fabric(port);
    const folder = join(portFolder(end.wwpn), 'lun', `lun_${lun.lun}`);
    if (existsSync(folder)) return;
    mkdirSync(folder);
    symlinkSync(storeFolder(lun.name), join(folder, 'store'));
    writeFileSync(join(folder, 'alua_tg_pt_gp'), this.groupOf(port));
    const access = join(portFolder(end.wwpn), 'acls', initiator.wwpn, `lun_${lun.lun}`);
    mkdirSync(access);
    symlinkSync(folder, join(access, 'lun'));
    // A LUN that is shown while the initiator is logged in would be read-only.
    writeFileSync(join(access, 'write_protect'), '0');
  }

  /** True where the port shows this LUN under its number, and no other. */
  #isShown(name: string, port: number): boolean {
    const { target: end } = this.#fabric(port);
    const store = join(portFolder(end.wwpn), 'lun', `lun_${this.#lun(name).lun}`, 'store');
    return existsSync(store) && basename(realpathSync(store)) === name;
  }

  #isComplete(name: string): boolean {
    return this.disks(name).length === this.portCount;
  }

  #findPlace(name: string, port: number): string | undefined {
    const host = this.#fabric(port).initiator.host.slice('host'.length);
    const place = new RegExp(`^${host}:0:\\d+:${this.#lun(name).lun}$`);
    return readdirSync('/sys/class/scsi_device').find((entry) => place.test(entry));
  }

  #ports(): readonly number[] {
    return this.fabrics.map((_, port) => port);
  }

  #fabric(port: number): Fabric {
    const fabric = this.fabrics[port];
    if (fabric === undefined) throw new Error(`There is no port ${port}`);
    return fabric;
  }

  #lun(name: string): PlacedLun {
    const lun = this.#luns.get(name);
    if (lun === undefined) throw new Error(`There is no LUN "${name}"`);
    return lun;
  }
}

function portFolder(wwpn: string): string {
  return join(target, 'fc', wwpn, 'tpgt_1');
}
