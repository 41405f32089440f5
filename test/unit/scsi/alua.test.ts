import { expect } from 'chai';
import { decodeTargetPortGroups, targetPortGroupsLength } from '../../../src/scsi/alua.js';
import { hexBytes } from './hex-fixture.js';

describe('REPORT TARGET PORT GROUPS', () => {
  it('gives the groups of scsi_debug, each with its state and ports', () => {
    expect(decodeTargetPortGroups(hexBytes('rtpg-scsi-debug'))).to.deep.equal([
      {
        id: 0x100,
        state: 'optimized',
        preferred: false,
        supported: ['optimized', 'non-optimized', 'standby', 'unavailable'],
        ports: [1],
      },
      { id: 0x180, state: 'unavailable', preferred: false, supported: ['unavailable'], ports: [2] },
    ]);
  });

  it('gives all ports of a group', () => {
    const [group, ...others] = decodeTargetPortGroups(hexBytes('rtpg-lio'));
    expect(others).to.deep.equal([]);
    expect(group?.ports).to.deep.equal([1, 2]);
    expect(group?.supported).to.deep.equal([
      'optimized',
      'non-optimized',
      'standby',
      'unavailable',
      'offline',
      'transitioning',
    ]);
  });

  it('follows a group from state to state', () => {
    const states = ['rtpg-lio', 'rtpg-lio-standby', 'rtpg-lio-transitioning'].map((name) =>
      decodeTargetPortGroups(hexBytes(name)).map(({ state }) => state),
    );
    expect(states).to.deep.equal([['optimized'], ['standby'], ['transitioning']]);
  });

  it('reads past the extended header, and sees the preferred group', () => {
    const groups = decodeTargetPortGroups(hexBytes('rtpg-extended'));
    expect(groups.map(({ id, state, preferred, ports }) => ({ id, state, preferred, ports }))).to.deep.equal([
      { id: 1, state: 'optimized', preferred: true, ports: [1, 2] },
      { id: 2, state: 'non-optimized', preferred: false, ports: [] },
    ]);
  });

  it('may be without any group', () => {
    expect(decodeTargetPortGroups(Buffer.alloc(4))).to.deep.equal([]);
  });

  it('tells its length as soon as the length field is there', () => {
    expect(targetPortGroupsLength(hexBytes('rtpg-lio').subarray(0, 4))).to.equal(20);
    expect(targetPortGroupsLength(Buffer.alloc(3))).to.equal(null);
  });
});
