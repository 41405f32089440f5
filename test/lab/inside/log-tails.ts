// Logs that a failed test shows: whoever starts something in the lab adds it here.
const sources = new Map<string, () => string>();

/** Shows this log under this name from now on, in place of one of the same name. */
export function showOnFailure(name: string, read: () => string): void {
  sources.set(name, read);
}

/** All of them, as they are now. */
export function logTails(): [name: string, text: string][] {
  return [...sources].map(([name, read]) => [name, read()]);
}
