// Two Fibre Channel fabrics in one kernel: FCoE over a pair of virtual Ethernet ports each, an initiator at one end and a
// target at the other. Source of what the kernel wants: drivers/scsi/fcoe and drivers/target/tcm_fc of Linux 6.1.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAttribute, until } from '../../inside/until.js';

/** One end of a fabric. */
export interface FabricEnd {
  /** The network interface, as "t0". */
  readonly link: string;
  /** As "host2". */
  readonly host: string;
  /** World wide port name as LIO writes it, "20:00:…". */
  readonly wwpn: string;
}

export interface Fabric {
  readonly initiator: FabricEnd;
  readonly target: FabricEnd;
}

/**
 * Makes the fabrics, with every link down. All ends exist before any link comes up: a frame that arrives while one is being
 * made crashes the 6.1 kernel (fcoe_ctlr_vn_recv).
 */
export async function makeFabrics(count: number): Promise<readonly Fabric[]> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  for (const number of numbers) ip('link', 'add', `i${number}`, 'type', 'veth', 'peer', 'name', `t${number}`);
  const links = ['t', 'i'].flatMap((end) => numbers.map((number) => `${end}${number}`));
  for (const link of links) {
    // A whole Fibre Channel frame fits in one of Ethernet's then (T11 FC-BB-5: 2.5 KB).
    ip('link', 'set', link, 'mtu', '2500');
    // A new interface counts as up until the kernel has looked at it (net/core/link_watch.c).
    await until(`${link} is down`, () => readAttribute(`/sys/class/net/${link}/operstate`) === 'down');
  }
  for (const link of links) writeFileSync('/sys/module/libfcoe/parameters/create_vn2vn', link);
  return Promise.all(
    numbers.map(async (number) => ({ initiator: await endOf(`i${number}`), target: await endOf(`t${number}`) })),
  );
}

async function endOf(link: string): Promise<FabricEnd> {
  const host = await until(`${link} has a Fibre Channel host`, () =>
    readdirSync('/sys/class/fc_host').find(
      (name) => readAttribute(`/sys/class/fc_host/${name}/symbolic_name`)?.endsWith(` over ${link}`) === true,
    ),
  );
  const digits = readFileSync(join('/sys/class/fc_host', host, 'port_name'), 'utf8')
    .trim()
    .replace(/^0x/, '');
  return { link, host, wwpn: digits.replace(/..(?=.)/g, '$&:') };
}

/** Sets a link up or down: at the target's end, so that the host sees its light go. */
export function setLink(link: string, state: 'up' | 'down'): void {
  ip('link', 'set', link, state);
}

/** The kernel's name of the remote port that an end sees, as "rport-2:0-0"; undefined where it sees none that is a target. */
export function remotePortOf({ host }: FabricEnd): string | undefined {
  const number = host.slice('host'.length);
  return readdirSync('/sys/class/fc_remote_ports').find(
    (name) =>
      name.startsWith(`rport-${number}:`) &&
      readAttribute(`/sys/class/fc_remote_ports/${name}/roles`)?.includes('FCP Target') === true,
  );
}

/** Runs `ip` of iproute2. */
export function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}
