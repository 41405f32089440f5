import { readFileSync, readdirSync } from 'node:fs';
import { fixture } from './paths.js';

/** Bytes of a device or of the kernel kept as text: head lines "# Name: value", then the bytes in hex. */
export interface HexFixture {
  readonly bytes: Buffer;
  readonly head: ReadonlyMap<string, string>;
}

/** Reads fixtures/<path>.hex. */
export function hexFixture(path: string): HexFixture {
  const lines = readFileSync(fixture(`${path}.hex`), 'utf8').split('\n');
  const head = lines.filter((line) => line.startsWith('#')).map((line) => line.slice(2).split(': '));
  const hex = lines.filter((line) => !line.startsWith('#')).join('');
  return {
    bytes: Buffer.from(hex.replace(/\s/g, ''), 'hex'),
    head: new Map(head.map(([key = '', ...rest]) => [key, rest.join(': ')])),
  };
}

/** Names of the fixtures of a folder under fixtures, without the folder. */
export function hexFixtureNames(folder: string): readonly string[] {
  const files = readdirSync(fixture(folder)).filter((file) => file.endsWith('.hex'));
  return files.map((file) => file.slice(0, -'.hex'.length));
}
