/** Tells how far the benchmark is, with the seconds since the lab's kernel started. */
export function say(line: string): void {
  process.stdout.write(`  ${process.hrtime()[0].toString().padStart(4)} s  ${line}\n`);
}
