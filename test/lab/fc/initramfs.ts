// What the Fibre Channel lab's kernel starts with: a busybox and the modules that reach the host's files.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FcMachine } from '../host/cache.js';

/** Loaded before there are files; each with what it depends on, see modulesInOrder. */
const early = ['virtio_pci', 'virtio_console', '9pnet_virtio', '9p', 'overlay'];

/** Makes the archive (gzip of cpio) in the job's folder, which also becomes the place of `init` inside; gives its path. */
export function makeInitramfs(machine: FcMachine, job: string): string {
  const root = mkdtempSync(join(job, 'initramfs-'));
  for (const folder of ['bin', 'modules', 'proc', 'sys', 'dev', 'root']) mkdirSync(join(root, folder));
  copyFileSync(machine.busybox, join(root, 'bin/busybox'));
  const modules = modulesInOrder(machine);
  for (const path of modules) copyFileSync(path, join(root, 'modules', basename(path)));
  writeFileSync(
    join(root, 'init'),
    initScript(
      modules.map((path) => basename(path)),
      job,
    ),
  );
  chmodSync(join(root, 'init'), 0o755);
  const archive = join(job, 'initramfs.gz');
  const pack = 'find . | "$1" cpio -o -H newc 2>/dev/null | gzip -1 >"$2"';
  const { status } = spawnSync('sh', ['-c', pack, 'sh', machine.busybox, archive], { cwd: root });
  rmSync(root, { recursive: true });
  if (status !== 0) throw new Error('Cannot make the initramfs of the Fibre Channel lab: is the disk full?');
  return archive;
}

/** The files of the modules, each after what it needs: modules.dep names the nearest need first. */
function modulesInOrder({ modules, release }: FcMachine): string[] {
  const folder = join(modules, 'lib/modules', release);
  const lines = readFileSync(join(folder, 'modules.dep'), 'utf8').split('\n');
  const needs = new Map(
    lines.map((line) => line.split(':')).map(([file = '', all = '']) => [file, all.trim().split(' ')]),
  );
  const ordered = new Set<string>();
  const add = (file: string): void => {
    for (const need of needs.get(file)?.filter((name) => name !== '') ?? []) if (!ordered.has(need)) add(need);
    ordered.add(file);
  };
  for (const name of early) {
    const file = [...needs.keys()].find((key) => basename(key) === `${name}.ko`);
    if (file === undefined) throw new Error(`The kernel ${release} has no module "${name}"`);
    add(file);
  }
  return [...ordered].map((file) => join(folder, file));
}

function initScript(modules: readonly string[], job: string): string {
  return `#!/bin/busybox sh
mount() { /bin/busybox mount "$@"; }
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
for module in ${modules.join(' ')}; do /bin/busybox insmod /modules/$module; done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /root
for folder in proc sys dev; do mount --move /$folder /root/$folder; done
exec /bin/busybox switch_root /root ${job}/init.sh ${job}
`;
}
