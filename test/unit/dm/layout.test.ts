import { expect } from 'chai';
import { dmFlags, flagBits, flagNames, udevCookie } from '../../../src/dm/flags.js';
import { commandNumber } from '../../../src/dm/ioctl.js';
import * as layout from '../../../src/dm/layout.js';
import { abi, numbers, structure } from '../../support/abi.js';

describe('device-mapper layouts and numbers are those of the kernel header', () => {
  it('structures', () => {
    const layouts = {
      'struct dm_ioctl': layout.headerLayout,
      'struct dm_target_spec': layout.targetLayout,
      'struct dm_name_list': layout.nameListLayout,
      'struct dm_target_versions': layout.targetVersionsLayout,
      'struct dm_target_msg': layout.messageLayout,
    };
    for (const [name, own] of Object.entries(layouts)) {
      expect({ ...own }, name).to.deep.equal(structure(name, own));
    }
  });

  it('sizes of the text fields', () => {
    expect({ ...layout.lengths }).to.deep.equal(numbers(layout.lengths));
  });

  it('flags', () => {
    const named = Object.fromEntries(
      Object.entries(dmFlags).map(([name, bit]) => [
        abi.numbers[`DM_${name}_FLAG`] === undefined ? name : `${name}_FLAG`,
        bit,
      ]),
    );
    expect(named).to.deep.equal(numbers(named, 'DM_'));
    expect({ ...layout.nameListFlags }).to.deep.equal(numbers(layout.nameListFlags, 'DM_NAME_LIST_FLAG_'));
  });

  it('ioctl requests', () => {
    const requests = {
      version: 'DM_VERSION',
      list: 'DM_LIST_DEVICES',
      create: 'DM_DEV_CREATE',
      remove: 'DM_DEV_REMOVE',
      rename: 'DM_DEV_RENAME',
      suspend: 'DM_DEV_SUSPEND',
      resume: 'DM_DEV_SUSPEND',
      status: 'DM_DEV_STATUS',
      tableLoad: 'DM_TABLE_LOAD',
      tableClear: 'DM_TABLE_CLEAR',
      tableStatus: 'DM_TABLE_STATUS',
      targets: 'DM_LIST_VERSIONS',
      message: 'DM_TARGET_MSG',
      armPoll: 'DM_DEV_ARM_POLL',
      targetVersion: 'DM_GET_TARGET_VERSION',
    } as const;
    for (const [command, request] of Object.entries(requests) as [keyof typeof requests, string][]) {
      expect(commandNumber(command), request).to.equal(abi.numbers[request]);
    }
  });
});

describe('device-mapper headers', () => {
  it('are read field by field', () => {
    const buffer = Buffer.alloc(layout.headerLayout.size);
    [4, 47, 0, 400, 312, 1, -1, 0x22, 7].forEach((value, index) => buffer.writeInt32LE(value, 4 * index));
    buffer.writeBigUInt64LE(BigInt(253 * 256 + 5), layout.headerLayout.dev);
    buffer.write('lu0', layout.headerLayout.name);
    buffer.write('mpath-3', layout.headerLayout.uuid);
    expect(layout.readHeader(buffer)).to.deep.equal({
      version: [4, 47, 0],
      dataSize: 400,
      dataStart: 312,
      targetCount: 1,
      openCount: -1,
      flags: 0x22,
      eventNr: 7,
      devT: '253:5',
      name: 'lu0',
      uuid: 'mpath-3',
    });
  });

  it('end a text at its field where it has no NUL', () => {
    const buffer = Buffer.alloc(layout.headerLayout.size, 'x');
    buffer.fill(0, layout.headerLayout.dev, layout.headerLayout.dev + 8);
    expect(layout.readHeader(buffer).name).to.have.length(128);
    expect(layout.readHeader(buffer).uuid).to.have.length(129);
  });

  it('have device numbers whose minor is above the major from 256 on', () => {
    const buffer = Buffer.alloc(8);
    for (const [encoded, text] of [
      [0xfd00, '253:0'],
      [0xfdff, '253:255'],
      [0x10fd00, '253:256'],
      [0x3008e8, '8:1000'],
      [0xffffffff, '4095:1048575'],
    ] as const) {
      buffer.writeUInt32LE(encoded);
      expect(layout.readDevice(buffer, 0)).to.equal(text);
    }
  });
});

describe('device-mapper flags', () => {
  it('become bits and names again', () => {
    expect(flagBits(['SUSPEND', 'NOFLUSH'])).to.equal(0x802);
    expect(flagNames(0x802)).to.deep.equal(['SUSPEND', 'NOFLUSH']);
    expect(flagNames(0x8000_0000)).to.deep.equal([]);
  });

  it('for udev stand in the upper half of the cookie; the lower, which would name a semaphore, is 0', () => {
    expect(udevCookie([])).to.equal(0x0060_0000);
    expect(udevCookie(['RELOAD', 'NO_PATHS'])).to.equal(0x0560_0000);
    expect(udevCookie(['NO_KPARTX'])).to.equal(0x0260_0000);
  });
});
