import { expect } from 'chai';
import { readSgHeader, sgHeaderLayout, writeSgHeader } from '../../../src/scsi/sg-header.js';
import { structure } from '../../support/abi.js';

describe('struct sg_io_hdr', () => {
  it('is laid out as the kernel headers say', () => {
    expect(sgHeaderLayout).to.deep.equal(structure('struct sg_io_hdr', sgHeaderLayout));
  });

  it('carries a command with data from the device', () => {
    const header = Buffer.alloc(88, 0xff);
    writeSgHeader(header, {
      packId: 7,
      kernelTimeoutMs: 30_000,
      cdb: { address: 0x1111_2222_3333n, length: 12 },
      sense: { address: 0x4444_5555_6666n, length: 96 },
      data: { direction: 'in', address: 0x7777_8888_9999n, length: 252 },
    });
    expect(header.toString('hex')).to.equal(
      // interface 'S', from the device, 12 byte CDB, 96 byte sense, 252 byte data
      '53000000fdffffff0c600000fc000000' +
        '9999888877770000333322221111000066665555444400003075000000000000' +
        '07000000000000000000000000000000' +
        '000000000000000000000000000000000000000000000000',
    );
  });

  it('names no data buffer for a command without data', () => {
    const header = Buffer.alloc(88);
    const nothing = { address: 0x1234n, length: 0 };
    const data = { direction: 'none', address: 0x1234n, length: 4 } as const;
    writeSgHeader(header, { packId: 1, kernelTimeoutMs: 1, cdb: nothing, sense: nothing, data });
    expect(header.readInt32LE(sgHeaderLayout.dxfer_direction)).to.equal(-1);
    expect(header.readBigUInt64LE(sgHeaderLayout.dxferp)).to.equal(0n);
    expect(header.readUInt32LE(sgHeaderLayout.dxfer_len)).to.equal(0);
  });

  it('carries a command with data for the device', () => {
    const header = Buffer.alloc(88);
    const nothing = { address: 0x1234n, length: 0 };
    const data = { direction: 'out', address: 0x5678n, length: 24 } as const;
    writeSgHeader(header, { packId: 1, kernelTimeoutMs: 1, cdb: nothing, sense: nothing, data });
    expect(header.readInt32LE(sgHeaderLayout.dxfer_direction)).to.equal(-2);
    expect(header.readBigUInt64LE(sgHeaderLayout.dxferp)).to.equal(0x5678n);
    expect(header.readUInt32LE(sgHeaderLayout.dxfer_len)).to.equal(24);
  });

  it('gives back what the kernel says of a command', () => {
    const header = Buffer.alloc(88);
    header.writeInt32LE(0x7fff_ffff, sgHeaderLayout.pack_id);
    header.writeUInt8(0x02, sgHeaderLayout.status);
    header.writeUInt8(18, sgHeaderLayout.sb_len_wr);
    header.writeUInt16LE(0x0e, sgHeaderLayout.host_status);
    header.writeUInt16LE(0x08, sgHeaderLayout.driver_status);
    header.writeInt32LE(-4, sgHeaderLayout.resid);
    header.writeUInt32LE(12, sgHeaderLayout.duration);
    expect(readSgHeader(header)).to.deep.equal({
      packId: 0x7fff_ffff,
      status: 0x02,
      hostStatus: 0x0e,
      driverStatus: 0x08,
      senseLength: 18,
      residual: -4,
      durationMs: 12,
    });
  });
});
