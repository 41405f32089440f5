// How the lab asks the machine round it for the CPU time that it has used: a line on its console, answered by a file in
// the results folder.

/** The line that asks. */
export function request(id: number): string {
  return `@cpu-time ${id}\n`;
}

/** The name of the file that answers; it holds milliseconds. */
export function answerFile(id: number): string {
  return `cpu-time-${id}`;
}

/** The request on a line, undefined where it is something else. */
export function requestOn(line: string): number | undefined {
  const id = /^@cpu-time (\d+)$/.exec(line)?.[1];
  return id === undefined ? undefined : Number(id);
}
