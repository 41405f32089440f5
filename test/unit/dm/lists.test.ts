import { expect } from 'chai';
import fc from 'fast-check';
import { PathManagerError } from '../../../src/base/errors.js';
import { align8 } from '../../../src/dm/layout.js';
import { parseNameList, parseTargets, parseTargetVersions } from '../../../src/dm/lists.js';
import type { TargetText } from '../../../src/dm/lists.js';

interface Record {
  readonly name: string;
  readonly device: number;
  readonly eventNr: number;
  readonly uuid: string | null;
}

/** DM_LIST_DEVICES's answer as drivers/md/dm-ioctl.c (list_devices) writes it. */
function nameList(records: readonly Record[], tail: 'none' | 'event' | 'uuid' = 'uuid'): Buffer {
  const parts = records.map(({ name, device, eventNr, uuid }, index) => {
    const named = align8(12 + name.length + 1);
    const size = tail === 'none' ? named : align8(named + 8 + (tail === 'uuid' && uuid !== null ? uuid.length + 1 : 0));
    const part = Buffer.alloc(size);
    part.writeBigUInt64LE(BigInt(device), 0);
    part.writeUInt32LE(index === records.length - 1 ? 0 : size, 8);
    part.write(name, 12, 'latin1');
    if (tail === 'none') return part;
    part.writeUInt32LE(eventNr, named);
    if (tail === 'event') return part;
    part.writeUInt32LE(uuid === null ? 2 : 1, named + 4);
    if (uuid !== null) part.write(uuid, named + 8, 'latin1');
    return part;
  });
  return Buffer.concat(parts);
}

const record = fc.record({
  name: fc.stringMatching(/^[a-z\u00e4 -]{1,127}$/),
  device: fc.nat(0xffff).map((minor) => 0xfd00 + (minor & 0xff) + 1),
  eventNr: fc.nat(),
  uuid: fc.option(fc.stringMatching(/^[A-Za-z0-9-]{1,128}$/)),
});

function malformed(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    expect(error).to.be.instanceOf(PathManagerError).with.property('code', 'DM_MALFORMED');
    return (error as PathManagerError).message;
  }
  return expect.fail('taken');
}

/** Reads bytes that may be anything: either it gives something or it says DM_MALFORMED. */
function total(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    expect(error).to.be.instanceOf(PathManagerError).with.property('code', 'DM_MALFORMED');
  }
}

describe('list of devices', () => {
  const two: Record[] = [
    { name: 'lu0', device: 0xfd00, eventNr: 7, uuid: 'mpath-3a' },
    { name: 'swap', device: 0x10fd01, eventNr: 0, uuid: null },
  ];

  it('has name, number, event number and uuid of each', () => {
    expect(parseNameList(nameList(two), 47)).to.deep.equal([
      { name: 'lu0', devT: '253:0', eventNr: 7, uuid: 'mpath-3a' },
      { name: 'swap', devT: '253:257', eventNr: 0, uuid: null },
    ]);
  });

  it('of a kernel that does not tell uuids leaves them open', () => {
    expect(parseNameList(nameList(two, 'event'), 37)[0]).to.deep.equal({ name: 'lu0', devT: '253:0', eventNr: 7 });
  });

  it('of a kernel that does not tell event numbers has none', () => {
    expect(parseNameList(nameList(two, 'none'), 36)[0]).to.deep.equal({ name: 'lu0', devT: '253:0', eventNr: null });
  });

  it('is empty where nothing came, or one record of nothing', () => {
    expect(parseNameList(Buffer.alloc(0), 47)).to.deep.equal([]);
    expect(parseNameList(Buffer.alloc(16), 47)).to.deep.equal([]);
  });

  it('comes back as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 10 }), (records) => {
        const read = parseNameList(nameList(records), 47);
        expect(read.map(({ name, eventNr, uuid }) => ({ name, eventNr, uuid }))).to.deep.equal(
          records.map(({ name, eventNr, uuid }) => ({ name, eventNr, uuid })),
        );
      }),
    );
  });

  it('is refused wherever it is cut off', () => {
    const whole = nameList(two);
    // Without the padding at its end nothing is missing.
    for (let length = 1; length < whole.length - 8; length++) {
      malformed(() => parseNameList(whole.subarray(0, length), 47));
    }
  });

  it('is refused where a step leads nowhere', () => {
    for (const step of [1, 4, 0xfffffff8, 4000]) {
      const bad = nameList(two);
      bad.writeUInt32LE(step, 8);
      expect(malformed(() => parseNameList(bad, 47))).to.include(`step of ${step}`);
    }
  });

  it('never reads past its end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => total(() => parseNameList(Buffer.from(bytes), 47))),
    );
  });
});

describe('list of targets', () => {
  function targetList(targets: readonly TargetText[]): Buffer {
    let end = 0;
    return Buffer.concat(
      targets.map(({ startSector, lengthSectors, type, text }) => {
        const part = Buffer.alloc(align8(40 + text.length + 1));
        end += part.length;
        part.writeBigUInt64LE(BigInt(startSector), 0);
        part.writeBigUInt64LE(BigInt(lengthSectors), 8);
        part.writeUInt32LE(end, 20);
        part.write(type, 24);
        part.write(text, 40);
        return part;
      }),
    );
  }
  const two: TargetText[] = [
    { startSector: 0, lengthSectors: 100, type: 'linear', text: '8:0 0' },
    { startSector: 100, lengthSectors: 2 ** 40, type: 'multipath', text: '0 0 0 0' },
  ];

  it('has each with its text', () => {
    expect(parseTargets(targetList(two), 2)).to.deep.equal(two);
    expect(parseTargets(Buffer.alloc(0), 0)).to.deep.equal([]);
  });

  it('leaves out the blank that the kernel puts at the end', () => {
    expect(parseTargets(targetList([{ ...two[0], text: '0 0 0 0 ' } as TargetText]), 1)[0]?.text).to.equal('0 0 0 0');
  });

  it('is refused where it has fewer than it says, or is cut off', () => {
    malformed(() => parseTargets(targetList(two), 3));
    malformed(() => parseTargets(Buffer.alloc(0), 1));
    const whole = targetList(two);
    for (let length = 0; length < whole.length - 8; length++)
      malformed(() => parseTargets(whole.subarray(0, length), 2));
  });

  it('is refused where it goes in circles', () => {
    const bad = targetList(two);
    bad.writeUInt32LE(0, 20);
    expect(malformed(() => parseTargets(bad, 2))).to.include('step from byte 0 to 0');
  });

  it('is refused for a size that cannot be', () => {
    const bad = targetList(two);
    bad.writeBigUInt64LE(2n ** 63n, 8);
    expect(malformed(() => parseTargets(bad, 2))).to.include('9223372036854775808');
  });

  it('never reads past its end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(5), (bytes, count) =>
        total(() => parseTargets(Buffer.from(bytes), count)),
      ),
    );
  });
});

describe('list of target versions', () => {
  function versionList(...targets: [string, number, number, number][]): Buffer {
    return Buffer.concat(
      targets.map(([name, ...version], index) => {
        const part = Buffer.alloc(align8(16 + name.length + 1));
        part.writeUInt32LE(index === targets.length - 1 ? 0 : part.length, 0);
        version.forEach((number, place) => part.writeUInt32LE(number, 4 + 4 * place));
        part.write(name, 16);
        return part;
      }),
    );
  }

  it('has each with its version', () => {
    expect(parseTargetVersions(versionList(['multipath', 1, 14, 0], ['linear', 1, 4, 0]))).to.deep.equal([
      { name: 'multipath', version: [1, 14, 0] },
      { name: 'linear', version: [1, 4, 0] },
    ]);
    expect(parseTargetVersions(Buffer.alloc(0))).to.deep.equal([]);
  });

  it('is refused where it is cut off', () => {
    const whole = versionList(['multipath', 1, 14, 0]);
    malformed(() => parseTargetVersions(whole.subarray(0, 24)));
    malformed(() => parseTargetVersions(whole.subarray(0, 8)));
  });

  it('never reads past its end, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => total(() => parseTargetVersions(Buffer.from(bytes)))),
    );
  });
});
