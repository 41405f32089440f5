// Waits for the kernel to show something: polls, bounded, so that a test fails with what it waited for.
import { readFileSync } from 'node:fs';

const defaultPollMs = 5;

export interface UntilOptions {
  /** Give up after this many milliseconds; default 10 s. */
  readonly withinMs?: number;
  /** Look again after so many milliseconds; default 5. */
  readonly pollMs?: number;
  /** Added to the message when it was in vain: what there is instead. */
  readonly found?: () => unknown;
}

/** Calls `look` until it gives something other than undefined, null or false, and resolves to that. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const withinMs = options.withinMs ?? 10_000;
  const started = performance.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen as Exclude<T, undefined | null | false>;
    if (performance.now() - started > withinMs) {
      const found = options.found === undefined ? '' : `; found ${JSON.stringify(await options.found())}`;
      throw new Error(`Waited ${withinMs / 1000} s in vain until ${what}${found}`);
    }
    await new Promise((resolve) => setTimeout(resolve, options.pollMs ?? defaultPollMs));
  }
}

/** A sysfs or configfs file's text without its end of line, undefined when it is not there. */
export function readAttribute(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}
