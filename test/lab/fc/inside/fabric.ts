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

const IFF_UP = 1;

/** Sets a link up or down; the other end sees the light come or go. */
export function setLink(link: string, state: 'up' | 'down'): void {
  const file = join('/sys/class/net', link, 'flags');
  const flags = Number(readFileSync(file, 'utf8')) & ~IFF_UP;
  writeFileSync(file, `0x${(state === 'up' ? flags | IFF_UP : flags).toString(16)}`);
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

/**
 * What becomes of the frames that an end sends from now on, in the words of netem: "loss 5%", "delay 20ms". They keep their
 * order, as on any fabric, also after a delay: with a rate netem sends each after the one before (net/sched/sch_netem.c).
 */
export function shapeTraffic(link: string, netem: string): void {
  const words = ['qdisc', 'replace', 'dev', link, 'root', 'netem', ...netem.split(' '), 'rate', '100gbit'];
  execFileSync('tc', words, { stdio: 'pipe' });
}

/** Frames go as they come again. What shaped them stays: with it the frames that wait there would be lost. */
export function clearTraffic(link: string): void {
  shapeTraffic(link, 'delay 0ms');
}

/** How many frames were lost by netem on a link since the first was. */
export function droppedFrames(link: string): number {
  const answer = execFileSync('tc', ['-json', '-statistics', 'qdisc', 'show', 'dev', link], { encoding: 'utf8' });
  const disciplines = JSON.parse(answer) as readonly { kind: string; drops?: number }[];
  return disciplines.find(({ kind }) => kind === 'netem')?.drops ?? 0;
}

/** Runs `ip` of iproute2. */
function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}
