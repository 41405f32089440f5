/**
 * Writes the part of a machine's sysfs that concerns its disks as a scene for test/support/sysfs-scene.ts:
 * `node .build/main/test/support/record-sysfs.js "what it is" sda sdb >fixtures/sysfs/x.json`.
 */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { SceneFixture } from './sysfs-scene.js';

const DEVICE_FILES = ['inquiry', 'vpd_pg80', 'vpd_pg83', 'wwid', 'state', 'type', 'vendor', 'model', 'rev', 'timeout'];
const DISK_FILES = ['uevent', 'size', 'ro', 'stat'];

const [comment = '', ...nodes] = process.argv.slice(2);
const files: Record<string, string | { hex: string }> = {};
const links: Record<string, string> = {};
const folders: string[] = [];

for (const node of nodes) {
  const target = readlinkSync(`/sys/block/${node}`);
  links[`block/${node}`] = target;
  const folder = target.slice('../'.length);
  const device = folder.slice(0, folder.indexOf('/block/'));
  for (const name of DISK_FILES) take(`${folder}/${name}`);
  for (const name of [...DEVICE_FILES, 'access_state', 'preferred_path']) take(`${device}/${name}`);
  links[`${device}/generic`] = readlinkSync(`/sys/${device}/generic`);
  folders.push(`${folder}/holders`);
  for (const name of readdirSync(`/sys/${folder}/holders`)) {
    links[`${folder}/holders/${name}`] = readlinkSync(`/sys/${folder}/holders/${name}`);
  }
}

const scene: SceneFixture = { comment, folders, links, files };
process.stdout.write(`${JSON.stringify(scene, null, 2)}\n`);

function take(path: string): void {
  try {
    if (!lstatSync(`/sys/${path}`).isFile()) return;
    const bytes = readFileSync(`/sys/${path}`);
    files[path] = /^[\x20-\x7e\n]*$/.test(bytes.toString('latin1'))
      ? bytes.toString('latin1')
      : { hex: bytes.toString('hex') };
  } catch {
    // Not every kernel and device has every attribute: then the scene has none either.
  }
}
