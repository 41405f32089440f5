// The logical volume that stories of both lives know.
import { readdirSync } from 'node:fs';
import { run } from './machine.js';

export const volume = { group: 'labvg', name: 'data', device: '/dev/labvg/data' };
export const mountPoint = '/srv/data';
export const content = { file: `${mountPoint}/written-first`, text: 'what was there before\n' };

/** The devices that LVM takes for physical volumes, by the name it uses. */
export function physicalVolumes(): string[] {
  return lines(run('lvm', 'pvs', '--noheadings', '-o', 'pv_name'));
}

/** The kernel's names of what a device stands on, as `dm-0`. */
export function below(device: string): string[] {
  const node = run('readlink', '-f', device).trim().slice('/dev/'.length);
  return readdirSync(`/sys/block/${node}/slaves`);
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
