// What the demo prints: headlines, commands, outputs, verdicts. It keeps what was measured for the table at the end.
import Table from 'cli-table3';
import { type Paint, paintPathLine } from './paint.js';

const indent = '    ';
/** Everything has room on a terminal of 100 columns. */
const ruleWidth = 100;

/** What came of a step. */
interface StepResult {
  readonly name: string;
  readonly figures: string[];
  worstStall: string;
  errors: string;
  good: boolean;
}

export class Show {
  readonly #paint: Paint;
  readonly #steps: StepResult[] = [];
  /** Before the first headline: what the set-up prints belongs to no step of the table unless it fails. */
  #step: StepResult = newStep('Set-up');

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  /** True while every verdict was good. */
  get good(): boolean {
    return this.#step.good && this.#steps.every(({ good }) => good);
  }

  note(text: string): void {
    this.#print(this.#paint.dim(`${indent}· ${text}`));
  }

  /** Begins a step; `name` is for the table. */
  headline(name: string, title: string): void {
    this.#step = newStep(name);
    this.#steps.push(this.#step);
    const text = `${String(this.#steps.length)}  ${title} `;
    this.#print('');
    this.#print(this.#paint.cyan(this.#paint.bold(`${text}${'─'.repeat(Math.max(0, ruleWidth - text.length))}`)));
  }

  /** A command as it is typed. */
  command(text: string): void {
    this.#print(`${indent}${this.#paint.bold(`$ ${text}`)}`);
  }

  /** What a command printed. */
  output(text: string): void {
    if (text === '') return;
    for (const line of text.trimEnd().split('\n')) this.#print(`${indent}${paintPathLine(this.#paint, line)}`);
  }

  /** What is done to the hardware, or waited for, in a sentence. */
  happening(text: string): void {
    this.#print(`${indent}${this.#paint.yellow(`» ${text}`)}`);
  }

  /** What must hold, whether it does, and what was measured. */
  verdict(holds: boolean, what: string, figure: string): void {
    this.#step.figures.push(`${what}: ${figure}`);
    this.#step.good &&= holds;
    this.#print(`${indent}${this.#mark(holds)} ${what}: ${this.#paint.bold(figure)}`);
  }

  /** What happened to the I/O in this step. */
  ioVerdict(io: { stallGood: boolean; worstStall: string; errorsGood: boolean; errors: string }): void {
    this.#step.worstStall = io.worstStall;
    this.#step.errors = io.errors;
    this.#step.good &&= io.stallGood && io.errorsGood;
    const { bold } = this.#paint;
    this.#print(`${indent}${this.#mark(io.stallGood)} worst stall of an I/O, under 1 s: ${bold(io.worstStall)}`);
    this.#print(`${indent}${this.#mark(io.errorsGood)} I/O errors and wrong blocks, none: ${bold(io.errors)}`);
  }

  /** The step did not come to its end. */
  broken(message: string): void {
    const [first = '', ...more] = message.split('\n');
    this.#step.good = false;
    if (!this.#steps.includes(this.#step)) this.#steps.push(this.#step);
    this.#step.figures.push('did not come to its end');
    this.#print(`${indent}${this.#mark(false)} ${first}`);
    this.output(more.join('\n'));
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    this.output(this.#tableText(head, rows));
  }

  log(name: string, lines: readonly string[]): void {
    this.#print(`\n${this.#paint.bold(`--- end of the ${name}`)}`);
    for (const line of lines) this.#print(line);
  }

  /** A row for each step. */
  summary(closing: string): void {
    const rows = this.#steps.map(({ name, figures, worstStall, errors, good }, index) => [
      ...[String(index + 1), name, figures.join('\n'), worstStall, errors],
      this.#mark(good),
    ]);
    this.#print(`\n${this.#tableText(['', 'Step', 'Measured', 'Worst stall', 'I/O errors', ''], rows)}`);
    this.#print(this.good ? this.#paint.green(closing) : this.#paint.red(closing));
  }

  #mark(holds: boolean): string {
    return holds ? this.#paint.green('✓') : this.#paint.red('✗');
  }

  #tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
    // The table's own colours would not ask whether the terminal has any.
    const table = new Table({ head: head.map(this.#paint.bold), style: { head: [], border: [], compact: true } });
    for (const row of rows) table.push([...row]);
    return table.toString();
  }

  #print(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}

function newStep(name: string): StepResult {
  return { name, figures: [], worstStall: '', errors: '', good: true };
}
