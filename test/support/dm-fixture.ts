/** Texts of the kernel's multipath target, as captured in fixtures/dm. */
import { readdirSync, readFileSync } from 'node:fs';
import { fixture } from './paths.js';

export interface DmFixture {
  readonly table: string;
  readonly status: string;
}

/** The texts of fixtures/dm/<name>.txt. */
export function dmFixture(name: string): DmFixture {
  const lines = readFileSync(fixture(`dm/${name}.txt`), 'utf8').split('\n');
  const text = (key: string): string => {
    const line = lines.find((each) => each.startsWith(`${key} `));
    if (line === undefined) throw new Error(`Fixture dm/${name}.txt has no ${key}`);
    return line.slice(key.length).trim();
  };
  return { table: text('table'), status: text('status') };
}

export const dmFixtureNames: readonly string[] = readdirSync(fixture('dm'))
  .filter((file) => file.endsWith('.txt'))
  .map((file) => file.slice(0, -'.txt'.length));
