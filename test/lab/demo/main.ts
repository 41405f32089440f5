// `npm run demo`: boots the lab for the show (show.ts and steps/) and gives its exit status. Runs outside of the lab.
import { constants } from 'node:os';
import { join } from 'node:path';
import { LabError, type LabResult } from '../host/kernel-process.js';
import { bootUml } from '../uml/boot.js';
import { makePaint, wantsColor } from './paint.js';

/** The show takes half a minute; a machine that is busy with other things gets six times as long. */
const limitMs = 180_000;
const kernelLogLines = 20;

const color = wantsColor(process.env, process.stdout.isTTY);
const paint = makePaint(color);
const say = (text: string): void => void process.stdout.write(text);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The lab's guard (boot.ts) ends the lab as soon as this process is gone.
    process.stderr.write(`\ndemo: ended by ${signal}\n`);
    process.exit(128 + constants.signals[signal]);
  });
}

const name = paint.bold('Storage PathManager');
say(`${name} on a disk array with four paths: a cable pulled, I/O moved, the daemon killed.\n`);
say('It all happens in a Linux kernel of its own, an ordinary process: no disk of yours is touched.\n\n');

try {
  const result = await bootUml({
    command: [process.execPath, '--enable-source-maps', join(import.meta.dirname, 'inside.js')],
    env: { ...ownSettings(), PATHMANAGER_DEMO_COLOR: color ? '1' : '0' },
    results: join(import.meta.dirname, '../../../demo-results'),
    timeoutMs: limitMs,
    // A line's end may be cut in two on its way out of the lab.
    onConsole: (text) => say(text.replaceAll('\r', '')),
  });
  if (result.status !== 0) showKernelLog(result);
  process.exitCode = result.status;
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  process.stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 1;
}

function showKernelLog({ kernelLog }: LabResult): void {
  const last = kernelLog.trimEnd().split('\n').slice(-kernelLogLines);
  say(`\n${paint.bold("--- end of the lab kernel's log")}\n${last.join('\n')}\n`);
  say(`\n${paint.red('The demo failed')}: see ✗ above.\n`);
}

/** The environment variables of this project that the caller set. */
function ownSettings(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith('PATHMANAGER_'));
  return Object.fromEntries(own.map(([name, value]) => [name, value ?? '']));
}
