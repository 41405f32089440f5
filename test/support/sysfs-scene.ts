/** A sysfs (and a proc) in a temporary folder: from a fixture, from a few words a disk, or both. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Sysfs } from '../../src/sysfs/sysfs.js';
import { fixture } from './paths.js';

/** A scene as fixtures/sysfs/*.json keep it; paths are below /sys. */
export interface SceneFixture {
  readonly comment: string;
  readonly folders: readonly string[];
  readonly links: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string | { readonly hex: string }>>;
}

/** A disk in a few words; what is left out is a plain 1 GiB disk that runs. */
export interface SceneDisk {
  readonly node: string;
  /** "host:channel:target:lun"; the host's number is also that of its folder. */
  readonly number: string;
  readonly devT: string;
  /** Folder of the host's parent, as "pci0000:00/0000:00:04.0". */
  readonly parent?: string;
  /** Folders between host and target, as ["rport-2:0-0"]. */
  readonly between?: readonly string[];
  readonly sizeSectors?: number;
  readonly vendor?: string;
  readonly product?: string;
  readonly serial?: string;
  /** VPD page 83h; null leaves it out. */
  readonly page83: Buffer | null;
  /** The kernel's number of this very disk. */
  readonly sequence?: number;
  readonly state?: string;
  readonly access?: string;
  /** First byte of the INQUIRY data: qualifier and device type. */
  readonly inquiryByte0?: number;
}

export class SysfsScene {
  readonly folder = mkdtempSync(join(tmpdir(), 'sysfs-scene-'));
  readonly sysRoot = join(this.folder, 'sys');
  readonly procRoot = join(this.folder, 'proc');
  readonly sysfs = new Sysfs(this.sysRoot);

  constructor() {
    this.makeFolder('block');
    this.proc('self/mountinfo', '');
    this.proc('swaps', 'Filename\tType\tSize\tUsed\tPriority\n');
  }

  /** The scene of fixtures/sysfs/NAME.json. */
  static fromFixture(name: string): SysfsScene {
    const scene = new SysfsScene();
    const { folders, links, files } = JSON.parse(readFileSync(fixture(`sysfs/${name}.json`), 'utf8')) as SceneFixture;
    for (const path of folders) scene.makeFolder(path);
    for (const [path, content] of Object.entries(files)) {
      scene.file(path, typeof content === 'string' ? content : Buffer.from(content.hex, 'hex'));
    }
    for (const [path, target] of Object.entries(links)) scene.link(path, target);
    return scene;
  }

  file(path: string, content: string | Buffer): void {
    write(join(this.sysRoot, path), content);
  }

  proc(path: string, content: string): void {
    write(join(this.procRoot, path), content);
  }

  link(path: string, target: string): void {
    mkdirSync(dirname(join(this.sysRoot, path)), { recursive: true });
    symlinkSync(target, join(this.sysRoot, path));
  }

  makeFolder(path: string): void {
    mkdirSync(join(this.sysRoot, path), { recursive: true });
  }

  remove(path: string): void {
    rmSync(join(this.sysRoot, path), { recursive: true, force: true });
  }

  /** Puts a disk there and gives its folder. */
  disk(spec: SceneDisk): string {
    const { device, folder } = foldersOf(spec);
    this.link(`block/${spec.node}`, `../${folder}`);
    this.file(`${folder}/uevent`, ueventText(spec));
    this.file(`${folder}/size`, `${spec.sizeSectors ?? 2097152}\n`);
    this.file(`${folder}/ro`, '0\n');
    this.file(`${folder}/stat`, '  10 0 80 5 20 0 160 9 1 12 14 0 0 0 0 0 0\n');
    this.makeFolder(`${folder}/holders`);
    this.file(`${device}/inquiry`, inquiryBytes(spec));
    this.file(`${device}/state`, `${spec.state ?? 'running'}\n`);
    if (spec.page83 !== null) this.file(`${device}/vpd_pg83`, spec.page83);
    if (spec.serial !== undefined) this.file(`${device}/vpd_pg80`, page80(spec.serial));
    if (spec.access !== undefined) this.file(`${device}/access_state`, `${spec.access}\n`);
    this.link(`${device}/generic`, `scsi_generic/sg${spec.devT.split(':')[1] ?? ''}`);
    return folder;
  }

  /**
   * Puts a Fibre Channel port there, with its host: the attributes of a target that is online, but for what is given.
   * Called again it changes attributes.
   */
  remotePort(name: string, attributes: Readonly<Record<string, string>> = {}): void {
    const folder = `class/fc_remote_ports/${name}`;
    const isNew = !this.sysfs.exists(folder);
    const [host = '', number = ''] = name.slice('rport-'.length).split(/:\d+-/);
    if (isNew && !this.sysfs.exists(`class/fc_host/host${host}`)) {
      this.file(`class/fc_host/host${host}/port_name`, `0x2100001b3200000${host}\n`);
      this.file(`class/fc_host/host${host}/dev_loss_tmo`, '60\n');
    }
    const target = {
      port_name: `0x500a09800000000${number}`,
      port_state: 'Online',
      roles: 'FCP Target',
      fast_io_fail_tmo: 'off',
      dev_loss_tmo: '60',
    };
    for (const [attribute, text] of Object.entries(isNew ? { ...target, ...attributes } : attributes)) {
      this.file(`${folder}/${attribute}`, `${text}\n`);
    }
  }

  removeRemotePort(name: string): void {
    this.remove(`class/fc_remote_ports/${name}`);
  }

  /** Puts a partition on a disk whose folder is given. */
  partition(diskFolder: string, name: string, devT: string): void {
    this.file(`${diskFolder}/${name}/dev`, `${devT}\n`);
    this.makeFolder(`${diskFolder}/${name}/holders`);
    this.link(`class/block/${name}`, `../../${diskFolder}/${name}`);
  }

  /** Takes a disk and its SCSI device away. */
  removeDisk(spec: SceneDisk): void {
    this.remove(`block/${spec.node}`);
    this.remove(foldersOf(spec).device);
  }

  cleanup(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function foldersOf({ number, node, parent, between }: SceneDisk): { device: string; folder: string } {
  const [host, channel, target] = number.split(':');
  const steps = [parent ?? 'pci0000:00/0000:00:04.0', `host${host ?? ''}`, ...(between ?? [])];
  const device = `devices/${steps.join('/')}/target${[host, channel, target].join(':')}/${number}`;
  return { device, folder: `${device}/block/${node}` };
}

function ueventText({ devT, node, sequence }: SceneDisk): string {
  const [major, minor] = devT.split(':');
  const last = sequence === undefined ? '' : `DISKSEQ=${sequence}\n`;
  return `MAJOR=${major ?? ''}\nMINOR=${minor ?? ''}\nDEVNAME=${node}\nDEVTYPE=disk\n${last}`;
}

function inquiryBytes({ inquiryByte0, vendor, product }: SceneDisk): Buffer {
  const bytes = Buffer.alloc(36, 0x20);
  bytes.set([inquiryByte0 ?? 0, 0, 6, 2, 31, 0, 0, 2]);
  bytes.write((vendor ?? 'NEC').padEnd(8), 8, 'latin1');
  bytes.write((product ?? 'DISK ARRAY').padEnd(16), 16, 'latin1');
  bytes.write('1000', 32, 'latin1');
  return bytes;
}

function page80(serial: string): Buffer {
  return Buffer.concat([Buffer.from([0, 0x80, 0, serial.length]), Buffer.from(serial, 'latin1')]);
}

/** VPD page 83h with an NAA identifier of the unit and, where given, the target port's designators. */
export function page83(unitNaa: string, port: { naa?: string; relative?: number; group?: number } = {}): Buffer {
  const designators = [designator(0x03, Buffer.from(unitNaa, 'hex'))];
  if (port.naa !== undefined) designators.push(designator(0x13, Buffer.from(port.naa, 'hex')));
  if (port.relative !== undefined) designators.push(designator(0x14, twoBytes(port.relative)));
  if (port.group !== undefined) designators.push(designator(0x15, twoBytes(port.group)));
  const body = Buffer.concat(designators);
  const header = Buffer.from([0, 0x83, 0, 0]);
  header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}

function designator(flags: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x01, flags, 0, value.length]), value]);
}

function twoBytes(value: number): Buffer {
  return Buffer.from([0, 0, value >> 8, value & 0xff]);
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
