// A lab's kernel as a process of the host: started, listened to, and never left behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** What every lab is booted for. */
export interface LabOptions {
  /** The program, by absolute path or found in the host's PATH, and its arguments; runs as root of the lab. */
  readonly command: readonly string[];
  /** Added to the little environment that the lab starts with. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory of the command, a folder of the host; default the project's. */
  readonly cwd?: string;
  /** The lab is ended after this many milliseconds; default two minutes. */
  readonly timeoutMs?: number;
  /** Memory of the lab in MiB, array files included. */
  readonly memoryMb?: number;
  /** A folder of the host that the lab writes to, there as $LAB_RESULTS; gets kernel.log. */
  readonly results: string;
  /** Gets what the command prints, as it comes. */
  readonly onConsole?: (text: string) => void;
  /** Gives the terminal to the command, instead of `onConsole`. */
  readonly interactive?: boolean;
}

export interface LabResult {
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

export interface KernelProcess {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The folder of the job, removed with the kernel should nobody be left to do it. */
  readonly job: string;
  readonly interactive: boolean;
  readonly onConsole?: ((text: string) => void) | undefined;
  /** Gets the process group of the lab's kernel and of all that runs in it, as the host has them. */
  readonly onStart?: ((group: number) => void) | undefined;
}

export interface KernelRun {
  /** What came on standard output, the command's console. */
  readonly console: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** How the process ended, as "SIGKILL" or "status 0". */
  readonly end: string;
}

/** Runs the kernel to its end, or for `timeoutMs`. Rejects with LabError where it cannot be started. */
export function runKernel(kernel: KernelProcess, timeoutMs: number): Promise<KernelRun> {
  const child = spawn(kernel.program, kernel.args, {
    // One process group holds all processes of the lab.
    detached: true,
    stdio: [kernel.interactive ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: kernel.env,
  });
  if (child.pid !== undefined) kernel.onStart?.(child.pid);
  const output = { console: '', stderr: '' };
  collect(child.stdout, (text) => {
    // The terminal driver of the lab ends lines in CR LF; a raw terminal outside needs that, nobody else does.
    const lines = kernel.interactive ? text : text.replaceAll('\r\n', '\n');
    output.console += lines;
    kernel.onConsole?.(lines);
  });
  collect(child.stderr, (text) => (output.stderr += text.replaceAll('\r\n', '\n')));
  if (child.stdin !== null) giveTerminal(child.stdin);
  return ended(child, kernel.job, timeoutMs).then((end) => ({ ...output, ...end }));
}

/** The result of a kernel that has come to its end by itself; undefined where the command has not. */
export function resultOf(job: string, kernelLog: string, started: number): LabResult | undefined {
  const ended = Date.now();
  const status = readNumber(join(job, 'status'));
  if (status === undefined) return undefined;
  const bootMs = (readNumber(join(job, 'started')) ?? NaN) * 1000;
  // The host's file system dates what the lab writes there.
  const shutdownMs = ended - statSync(join(job, 'status')).mtimeMs;
  return { status, bootMs, totalMs: performance.now() - started, shutdownMs, kernelLog };
}

/**
 * What went wrong with a lab whose command has not come to its end.
 * @param needs why such a kernel may not start at all, after "it needs"
 */
export function describeFailure(
  run: KernelRun,
  kernelLog: string,
  { command, timeoutMs, needs }: { command: readonly string[]; timeoutMs: number; needs: string },
): string {
  const panic = /Kernel panic - not syncing: (.*)/.exec(kernelLog)?.[1];
  const booted = /Run .* as init process/.test(kernelLog);
  const name = command.join(' ');
  const what = run.timedOut
    ? `The lab was ended after ${timeoutMs / 1000} s: "${name}" did not finish`
    : panic !== undefined
      ? `The lab's kernel panicked under "${name}": ${panic}`
      : booted
        ? `The lab ended (${run.end}) before "${name}" did`
        : `The lab did not start (${run.end}): it needs ${needs}`;
  return [what, tail('console', run.console), tail('kernel log', kernelLog)].join('\n');
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

function tail(name: string, text: string, lines = 30): string {
  const last = text.trimEnd().split('\n').slice(-lines);
  return `--- end of the lab's ${name}\n${last.join('\n')}`;
}

function readNumber(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8').trim();
  return text === '' ? undefined : Number(text);
}
