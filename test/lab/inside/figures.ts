// What a story measured, printed below its tests: a run leaves its figures behind even where nothing failed.

export class Figures {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
  }

  /** For `after`. */
  print(): void {
    process.stdout.write(this.#lines.map((line) => `      ${line}\n`).join(''));
  }
}

/** Whole milliseconds, for people. */
export function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
