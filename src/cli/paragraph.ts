/** Text for people in lines of a readable length. */
import { escapeControl } from '../base/text.js';

/** Columns that a line of text takes at most; a longer word stands in a line of its own. */
const WIDTH = 100;

/** Label and texts; each text begins a line. Nothing is shown of a label without texts. */
export type LabelledTexts = readonly [label: string, texts: readonly string[]];

/** The texts behind their labels, which are made equally wide; long ones go on below themselves. */
export function labelledParagraphs(indent: string, rows: readonly LabelledTexts[]): readonly string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.flatMap(([label, texts]) =>
    texts.flatMap((text, index) => {
      const head = `${indent}${(index === 0 ? label : '').padEnd(width)} ${index === 0 ? ':' : ' '} `;
      return paragraph(text, head, ' '.repeat(head.length));
    }),
  );
}

/** A text in lines: the first begins with `head`, the others with `indent`. Strings that come from devices are escaped. */
export function paragraph(text: string, head: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = head;
  let empty = true;
  for (const word of escapeControl(text).split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
