import { escapeControl } from '../base/text.js';

/**
 * A value as JSON text for a terminal or a program. JSON.stringify leaves DEL, the C1 range and direction marks as they
 * are: they become \uNNNN here, which any JSON reader turns back into the same string.
 */
export function jsonText(value: unknown): string {
  return escaped(JSON.stringify(value, null, 2));
}

/** The same in one line, for a stream of values. */
export function jsonLine(value: unknown): string {
  return escaped(JSON.stringify(value));
}

function escaped(json: string): string {
  const text = json.replace(/[\u007f-\uffff]/g, (character) =>
    escapeControl(character) === character ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
