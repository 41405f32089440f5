/** Writing to a standard output that may go away or be full: `spscmd events | head` is no failure, a full disk is one. */
import { exitStatus } from './failure.js';

/**
 * Ends the process with one line where standard output does not take what is written. To be called before oclif is
 * loaded, which would throw out of the event.
 */
export function endWhereOutputFails(program = 'spscmd', status: number = exitStatus.failed): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`${program}: Cannot write the output: ${error.code ?? error.message}\n`);
    process.exit(status);
  });
  // Where nobody can be told of a failure, the exit status still tells it.
  process.stderr.on('error', () => undefined);
}

/** Settles when nobody reads standard output any more. */
export function outputClosed(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve();
    });
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Waits for `end`, or for the first signal that asks to end; keeps the process alive until then, and no longer.
 * @returns false where it was a signal. Rejects as `end` does.
 */
export async function untilEnded(end: Promise<unknown>): Promise<boolean> {
  // Timers of the clock do not keep a process alive.
  const alive = setInterval(() => undefined, 2 ** 30);
  let onSignal = (): void => undefined;
  const signalled = new Promise<false>((resolve) => (onSignal = () => resolve(false)));
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await Promise.race([end.then(() => true), signalled]);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    clearInterval(alive);
  }
}
