// The first life of a machine of the boot benchmark: one side is installed on it, as its package does that, and has made
// every map once, so that the boots that are measured are those of a machine that knows its storage. Reads its plan from
// its first argument.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dpkg, packageFile } from '../../../lab/systemd/inside/package.js';
import { projectRoot } from '../../../support/paths.js';
import { allMaps, mapCount } from '../../inside/maps.js';
import { configuration, type PeerSettings } from '../../inside/peer.js';
import { seenFile } from '../files.js';
import type { BootPlan } from '../plan.js';

/** With 256 disks and all of Debian's rules udev alone takes minutes. */
const limitMs = 600_000;

/** As for starts: two paths become a map without being listed first, paths of equal ALUA state one group. */
const peerSettings: PeerSettings = {
  find_multipaths: 'yes',
  user_friendly_names: 'yes',
  path_grouping_policy: 'group_by_prio',
};

const plan = JSON.parse(process.argv[2] ?? '') as BootPlan;
const install = { peer: installPeer, ours: installOurs };

watchMaps();
install[plan.side]();
if ((await allMaps(plan.units, plan.pathsPerUnit, performance.now() + limitMs)) === undefined)
  throw new Error(`${plan.side}: not all maps are there after ${limitMs / 1000} s; there are ${mapCount()}`);
run('udevadm', 'settle', `--timeout=${limitMs / 1000}`);

function installOurs(): void {
  dpkg('-i', packageFile('current'));
}

/** multipath-tools from where it was unpacked: its files, and its units enabled. */
function installPeer(): void {
  const unpacked = process.env['LAB_PEER'] ?? '';
  // /sbin and /lib are links.
  const targets = { sbin: '/usr/sbin', lib: '/usr/lib', usr: '/usr', etc: '/etc' };
  for (const [folder, target] of Object.entries(targets)) {
    if (existsSync(join(unpacked, folder))) run('cp', '-a', `${join(unpacked, folder)}/.`, target);
  }
  mkdirSync('/etc/multipath', { recursive: true });
  writeFileSync('/etc/multipath.conf', configuration(peerSettings));
  run('systemd-tmpfiles', '--create', 'multipath.conf');
  run('udevadm', 'control', '--reload');
  run('systemctl', 'daemon-reload');
  run('systemctl', 'enable', '--now', 'multipathd.socket', 'multipathd.service');
}

/** A unit that looks on from the moment when udev is told of the disks; it starts with the next boot. */
function watchMaps(): void {
  const script = join(projectRoot, 'test/bench/boot/inside/watch-maps.sh');
  writeFileSync(
    '/etc/systemd/system/watch-maps.service',
    `[Unit]
DefaultDependencies=no
Before=systemd-udev-trigger.service
[Service]
ExecStart=/bin/bash ${script} ${plan.units} ${plan.pathsPerUnit} ${seenFile}
`,
  );
  const wanted = '/etc/systemd/system/sysinit.target.wants';
  mkdirSync(wanted, { recursive: true });
  symlinkSync('../watch-maps.service', join(wanted, 'watch-maps.service'));
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}
