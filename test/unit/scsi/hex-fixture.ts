import * as support from '../../support/hex-fixture.js';

/** Reads fixtures/scsi/<name>.hex. */
export function hexFixture(name: string): support.HexFixture {
  return support.hexFixture(`scsi/${name}`);
}

/** The bytes of fixtures/scsi/<name>.hex. */
export function hexBytes(name: string): Buffer {
  return hexFixture(name).bytes;
}

/** Names of the fixtures of a folder under fixtures/scsi, with the folder. */
export function hexFixtures(folder: string): readonly string[] {
  return support.hexFixtureNames(`scsi/${folder}`).map((name) => `${folder}/${name}`);
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
