/** The kernel's layouts and numbers as its headers give them (fixtures/abi), to hold the code's own tables against. */
import { readFileSync } from 'node:fs';
import { fixture } from './paths.js';

export interface Abi {
  readonly structures: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly numbers: Readonly<Record<string, number>>;
}

export const abi = JSON.parse(readFileSync(fixture('abi/x86_64.json'), 'utf8')) as Abi;

/** Those fields of a structure that `layout` has, so that a test can compare both for equality. */
export function structure(name: string, layout: Readonly<Record<string, number>>): Record<string, number | undefined> {
  return pick(abi.structures[name] ?? {}, layout);
}

/** Those of the headers' numbers that `table` has, under its names with `prefix` before them. */
export function numbers(table: Readonly<Record<string, number>>, prefix = ''): Record<string, number | undefined> {
  return Object.fromEntries(Object.keys(table).map((name) => [name, abi.numbers[`${prefix}${name}`]]));
}

function pick(all: Readonly<Record<string, number>>, wanted: object): Record<string, number | undefined> {
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, all[name]]));
}
