/** YAML as operators write it, read without a guess: a key is the text that stands there. */
import { isMap, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';

export interface YamlText {
  readonly value: unknown;
  /** The text says where it ends ("..." or the brace that closes all), so that it cannot have been cut short. */
  readonly whole: boolean;
  /** Line of the innermost of these nested keys that is there, counted from 1. */
  readonly lineOf: (keys: readonly string[]) => number;
}

/** Throws SyntaxError with one line: "line 3: ...". */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    throw new SyntaxError(`line ${String(lines.linePos(fault.pos[0]).line)}: ${oneLine(fault.message)}`);
  }
  keepKeys(document.contents);
  const offsetOf = (keys: readonly string[]): number => keyOffset(document.contents, keys);
  return {
    value: valueOf(document),
    whole: document.directives.docEnd || (isMap(document.contents) && document.contents.flow === true),
    lineOf: (keys) => lines.linePos(offsetOf(keys)).line,
  };
}

/** YAML takes a WWID such as 360014050e12 for a number: as a key it would come back as another text. */
function keepKeys(contents: Node | null): void {
  if (contents === null) return;
  visit(contents, {
    Pair: (_, { key }) => {
      if (isScalar(key) && typeof key.value !== 'string') key.value = key.source ?? String(key.value);
    },
  });
}

function valueOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias that leads nowhere, or too many of them.
    throw new SyntaxError(oneLine(error instanceof Error ? error.message : String(error)), { cause: error });
  }
}

function keyOffset(node: unknown, [first, ...rest]: readonly string[], offset = 0): number {
  if (first === undefined || !isMap(node)) return offset;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === first);
  if (pair === undefined || !isScalar(pair.key)) return offset;
  return keyOffset(pair.value, rest, pair.key.range?.[0] ?? offset);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
