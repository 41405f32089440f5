import { readFileSync, readdirSync } from 'node:fs';
import { fixture } from '../../support/paths.js';

/** A device's answer kept as text: head lines "# Name: value", then the bytes in hex. */
export interface HexFixture {
  readonly bytes: Buffer;
  readonly head: ReadonlyMap<string, string>;
}

/** Reads fixtures/scsi/<name>.hex. */
export function hexFixture(name: string): HexFixture {
  const lines = readFileSync(fixture(`scsi/${name}.hex`), 'utf8').split('\n');
  const head = lines.filter((line) => line.startsWith('#')).map((line) => line.slice(2).split(': '));
  const hex = lines.filter((line) => !line.startsWith('#')).join('');
  return {
    bytes: Buffer.from(hex.replace(/\s/g, ''), 'hex'),
    head: new Map(head.map(([key = '', ...rest]) => [key, rest.join(': ')])),
  };
}

/** The bytes of fixtures/scsi/<name>.hex. */
export function hexBytes(name: string): Buffer {
  return hexFixture(name).bytes;
}

/** Names of the fixtures of a folder under fixtures/scsi, with the folder. */
export function hexFixtures(folder: string): readonly string[] {
  const files = readdirSync(fixture(`scsi/${folder}`)).filter((file) => file.endsWith('.hex'));
  return files.map((file) => `${folder}/${file.slice(0, -'.hex'.length)}`);
}

/** A page 83h of the designators, each as [code set and protocol, association and type, value]. */
export function page83(...designators: readonly (readonly [number, number, Uint8Array | string])[]): Buffer {
  const parts = designators.map(([first, second, value]) => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([first, second, 0, bytes.length]), bytes]);
  });
  const body = Buffer.concat(parts);
  const page = Buffer.concat([Buffer.from([0, 0x83, 0, 0]), body]);
  page.writeUInt16BE(body.length, 2);
  return page;
}
