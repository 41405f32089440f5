// Boots user-mode Linux for one command: a real kernel as an ordinary process, its root the host's files, read-only.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { labKernel } from './cache.js';
import { memoryFolder, prepareJob, type SystemdOptions } from './job.js';
import { onOneCpu } from './one-cpu.js';

export interface UmlOptions {
  /** The program, by absolute path or found in the host's PATH, and its arguments; runs as root of the lab. */
  readonly command: readonly string[];
  /** Added to the little environment that the lab starts with. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory of the command, a folder of the host; default the project's. */
  readonly cwd?: string;
  /** The lab is ended after this many milliseconds; default two minutes. */
  readonly timeoutMs?: number;
  /** Memory of the lab in MiB, array files included; default 1024. */
  readonly memoryMb?: number;
  /** A folder of the host that the lab writes to, there as $LAB_RESULTS; gets kernel.log. */
  readonly results: string;
  /** Gets what the command prints, as it comes. */
  readonly onConsole?: (text: string) => void;
  /** Gets the process group of the lab's kernel and of all that runs in it, as the host has them. */
  readonly onStart?: (group: number) => void;
  /** Boots a whole systemd with a package installed, which then runs the command. */
  readonly systemd?: SystemdOptions;
  /** Gives the terminal to the command, instead of `onConsole`. */
  readonly interactive?: boolean;
}

export interface UmlResult {
  /** The exit status of the command. */
  readonly status: number;
  /** From the start of the kernel to the start of the command, and to the end of all. */
  readonly bootMs: number;
  readonly totalMs: number;
  /** From the end of the command to the end of the kernel: how long the machine took to go down. */
  readonly shutdownMs: number;
  /** Everything the lab's kernel said. */
  readonly kernelLog: string;
}

/** The lab did not run the command to its end; the message is one line, then the end of console and kernel log. */
export class LabError extends Error {}

/** Runs a command in a lab of its own. Rejects with LabError when the lab does not start, panics or takes too long. */
export async function bootUml(options: UmlOptions): Promise<UmlResult> {
  const started = performance.now();
  const timeoutMs = options.timeoutMs ?? 120_000;
  const kernel = labKernel();
  mkdirSync(options.results, { recursive: true });
  const job = prepareJob({ ...options, seconds: Math.ceil(timeoutMs / 1000) + 5 });
  try {
    const run = await runKernel([...onOneCpu(kernel), kernel], job, options, timeoutMs);
    const ended = Date.now();
    writeFileSync(join(options.results, 'kernel.log'), run.kernelLog);
    const status = readNumber(join(job, 'status'));
    if (run.timedOut || status === undefined) throw new LabError(describeFailure(run, timeoutMs, options.command));
    const bootMs = (readNumber(join(job, 'started')) ?? NaN) * 1000;
    // The host's file system dates what the lab writes there.
    const shutdownMs = ended - statSync(join(job, 'status')).mtimeMs;
    return { status, bootMs, totalMs: performance.now() - started, shutdownMs, kernelLog: run.kernelLog };
  } finally {
    rmSync(job, { recursive: true, force: true });
  }
}

interface KernelRun {
  readonly console: string;
  readonly kernelLog: string;
  readonly timedOut: boolean;
  readonly end: string;
}

function runKernel(
  command: readonly string[],
  job: string,
  options: UmlOptions,
  timeoutMs: number,
): Promise<KernelRun> {
  const memoryMb = options.memoryMb ?? 1024;
  const interactive = options.interactive ?? false;
  const args = [
    `mem=${memoryMb}M`,
    'root=98:0 rootfstype=hostfs rootflags=/ ro',
    // The command's console is terminal 0, on standard output; the kernel's is terminal 1, on standard error, where a
    // panic still gets out.
    `con=null con0=${interactive ? 'fd:0' : 'null'},fd:1 con1=null,fd:2 console=tty1 ssl=null ignore_loglevel`,
    `uml_dir=${job} umid=lab init=${job}/init.sh LAB_JOB=${job}`,
    // Half a thousand terminals of a time long gone, each of which udev would look at.
    'pty.legacy_count=0',
    ...disksOf(options.systemd),
  ];
  // User-mode Linux runs each of its processes as a host process: one process group holds them all.
  const [program = '', ...words] = [...command, ...args.join(' ').split(' ')];
  const child = spawn(program, words, {
    detached: true,
    stdio: [interactive ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { TMPDIR: memoryFolder(memoryMb), HOME: job, PATH: process.env['PATH'] },
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const output = { console: '', kernelLog: '' };
  collect(child.stdout, (text) => {
    // The terminal driver of the lab ends lines in CR LF; a raw terminal outside needs that, nobody else does.
    const lines = interactive ? text : text.replaceAll('\r\n', '\n');
    output.console += lines;
    options.onConsole?.(lines);
  });
  collect(child.stderr, (text) => {
    output.kernelLog += text.replaceAll('\r\n', '\n');
  });
  if (child.stdin !== null) giveTerminal(child.stdin);
  return ended(child, job, timeoutMs).then((end) => ({ ...output, ...end }));
}

/** The disks of user-mode Linux: the machine's own, then those of the array. */
function disksOf(systemd: SystemdOptions | undefined): string[] {
  const files = systemd === undefined ? [] : [systemd.rootDisk, ...systemd.disks];
  return files.map((file, index) => `ubd${String.fromCharCode('a'.charCodeAt(0) + index)}=${file}`);
}

function collect(stream: NodeJS.ReadableStream | null, take: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  stream?.on('data', (bytes: Buffer) => take(decoder.write(bytes)));
}

/** What is typed goes to the lab as it is: its terminal echoes, edits and makes signals. */
function giveTerminal(stdin: NodeJS.WritableStream): void {
  process.stdin.setRawMode(true);
  process.stdin.pipe(stdin);
  stdin.on('error', () => undefined);
}

/** Waits for the end of the kernel, and lets none of its processes stay, whatever ends this program. */
function ended(child: ChildProcess, job: string, timeoutMs: number): Promise<{ timedOut: boolean; end: string }> {
  const group = child.pid ?? 0;
  const guardian = group > 0 ? guard(group, job) : undefined;
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(group);
    }, timeoutMs);
    child.once('error', (error) => reject(new LabError(`Cannot start the lab: ${error.message}`)));
    // A helper of the kernel may outlive it and hold the pipes open, so "close" comes only when all of the group is gone.
    child.once('exit', () => killGroup(group));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      guardian?.kill('SIGKILL');
      if (child.stdin !== null) {
        process.stdin.setRawMode(false);
        process.stdin.destroy();
      }
      resolve({ timedOut, end: signal ?? `status ${String(code)}` });
    });
  });
}

/** A shell that ends the lab when this program is gone, even by SIGKILL: then the pipe that it reads from closes. */
function guard(group: number, job: string): ChildProcess {
  const script = 'read -r line; kill -s KILL -- "-$1"; rm -rf "$2"';
  const guardian = spawn('sh', ['-c', script, 'sh', String(group), job], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guardian.unref();
  return guardian;
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nobody left.
  }
}

function describeFailure(run: KernelRun, timeoutMs: number, command: readonly string[]): string {
  const panic = /Kernel panic - not syncing: (.*)/.exec(run.kernelLog)?.[1];
  const booted = /Run .* as init process/.test(run.kernelLog);
  const name = command.join(' ');
  const what = run.timedOut
    ? `The lab was ended after ${timeoutMs / 1000} s: "${name}" did not finish`
    : panic !== undefined
      ? `The lab's kernel panicked under "${name}": ${panic}`
      : booted
        ? `The lab ended (${run.end}) before "${name}" did`
        : `The lab did not start (${run.end}): it needs ptrace and a writable, executable ${memoryFolder(0)}`;
  return [what, tail('console', run.console), tail('kernel log', run.kernelLog)].join('\n');
}

function tail(name: string, text: string, lines = 30): string {
  const last = text.trimEnd().split('\n').slice(-lines);
  return `--- end of the lab's ${name}\n${last.join('\n')}`;
}

function readNumber(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8').trim();
  return text === '' ? undefined : Number(text);
}
