/** Which path selectors the running kernel has or can load. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SelectorName } from '../base/map-facts.js';
import { selectorNames } from './table.js';

/**
 * The selectors of the project that the kernel has loaded, has built in, or has a module for. The device mapper has no
 * operation that lists them.
 * @param root the folder that stands for "/", for tests
 */
export function availableSelectors(root = '/'): SelectorName[] {
  const release = text(join(root, 'proc/sys/kernel/osrelease')).trim();
  const folders = ['lib/modules', 'usr/lib/modules'].map((folder) => join(root, folder, release));
  const modules = folders.flatMap((folder) =>
    ['modules.dep', 'modules.builtin'].map((file) => text(join(folder, file))),
  );
  return selectorNames.filter((name) => {
    const module = `dm-${name}`;
    const loaded = existsSync(join(root, 'sys/module', module.replaceAll('-', '_')));
    // "kernel/drivers/md/dm-service-time.ko.xz: …", compressed or not.
    return loaded || modules.some((lines) => new RegExp(`/${module}\\.ko`, 'm').test(lines));
  });
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
