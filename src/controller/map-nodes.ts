/** /dev/mapper/<name>, right with and without udev. */
import { lstatSync, mkdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DevT, MapName } from '../base/ids.js';
import type { MapNodes } from './ports.js';

/**
 * udev's 10-dm.rules make a link /dev/mapper/<name> -> ../dm-N. Where udev does not run, or has not come to it, the same
 * link is made here, so both agree whoever is first; devtmpfs has /dev/dm-N at once.
 */
export class DevMapperNodes implements MapNodes {
  readonly #dev: string;

  constructor(dev = '/dev') {
    this.#dev = dev;
  }

  ensure(name: MapName, devT: DevT): void {
    const path = join(this.#dev, 'mapper', name);
    if (leadsTo(path, devT)) return;
    mkdirSync(join(this.#dev, 'mapper'), { recursive: true });
    rmSync(path, { force: true });
    try {
      symlinkSync(`../dm-${devT.split(':')[1] ?? ''}`, path);
    } catch (error) {
      // udev was faster: its link is the same.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }

  drop(name: MapName): void {
    const path = join(this.#dev, 'mapper', name);
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link?.isSymbolicLink() !== true || !/^\.\.\/dm-\d+$/.test(readlinkSync(path))) return;
    rmSync(path, { force: true });
  }
}

function leadsTo(path: string, devT: DevT): boolean {
  const node = statSync(path, { throwIfNoEntry: false });
  if (node?.isBlockDevice() !== true) return false;
  // Linux's dev_t as stat gives it: 12 bits of major, 20 of minor (include/linux/kdev_t.h, new_encode_dev).
  const major = Math.floor(node.rdev / 256) & 0xfff;
  const minor = (node.rdev & 0xff) | (Math.floor(node.rdev / 0x1000) & 0xfff00);
  return devT === `${String(major)}:${String(minor)}`;
}
