/** A file of settings, read for the controller; where that finds a fault, the line of it is told. */
import { readFileSync } from 'node:fs';
import { hasCode, PathManagerError } from '../../base/errors.js';
import { readYaml, type YamlText } from '../../base/yaml-text.js';

/** The controller takes no larger request. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface SettingsFile {
  readonly settings: unknown;
  /** What the controller said of the settings, as a fault of the file's line; any other error as it is. */
  readonly located: (error: unknown) => unknown;
}

/** Throws BAD_SETTINGS_FILE. */
export function readSettingsFile(file: string): SettingsFile {
  const yaml = parsed(file, contentOf(file));
  if (!yaml.whole) {
    throw fault(file, 'it may have been cut short; where it is whole, end it with a line "..."');
  }
  return { settings: yaml.value, located: (error) => located(file, yaml, error) };
}

function contentOf(file: string): string {
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new PathManagerError('BAD_SETTINGS_FILE', `Cannot read "${file}": ${code}`, { file, code }, error);
  }
  if (bytes.length > MAX_BYTES) throw fault(file, `it has ${String(bytes.length)} bytes, at most ${String(MAX_BYTES)}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw fault(file, 'it is no UTF-8 text', error);
  }
}

function parsed(file: string, text: string): YamlText {
  try {
    return readYaml(text);
  } catch (error) {
    throw fault(file, error instanceof Error ? error.message : String(error), error);
  }
}

function located(file: string, { lineOf }: YamlText, error: unknown): unknown {
  if (!hasCode(error, 'BAD_REQUEST')) return error;
  const { at, issue } = error.facts;
  if (typeof at !== 'string' || typeof issue !== 'string') return error;
  return fault(file, `line ${String(lineOf(JSON.parse(at) as readonly string[]))}: ${issue}`, error);
}

function fault(file: string, what: string, cause?: unknown): PathManagerError {
  return new PathManagerError('BAD_SETTINGS_FILE', `Cannot import "${file}": ${what}`, { file }, cause);
}
