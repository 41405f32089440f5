/** Settles at the first SIGTERM or SIGINT, and keeps the process alive until then. */
export function signalled(): Promise<void> {
  return new Promise((resolve) => {
    // Timers of the clock and an idle poller do not keep a process alive; a daemon without a peer has nothing else.
    const alive = setInterval(() => undefined, 2 ** 30);
    const done = (): void => {
      clearInterval(alive);
      resolve();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, done);
  });
}
