import { expect } from 'chai';
import { FabricNotices } from '../../../src/discovery/fabric-notices.js';
import type { FpinDescriptor } from '../../../src/netlink/fpin.js';
import { remotePort } from '../../support/machine.js';

const OURS = '2100001b32000001';
const [FIRST, SECOND, SWITCH] = ['500a098000000001', '500a098000000002', '2002000533aa0001'];
const ports = [
  remotePort('rport-2:0-0', { initiatorPort: OURS, targetPort: FIRST }),
  remotePort('rport-2:0-1', { initiatorPort: OURS, targetPort: SECOND }),
  remotePort('rport-3:0-0', { initiatorPort: '2100001b32000002', targetPort: FIRST }),
];

function descriptor(fields: Partial<FpinDescriptor>): FpinDescriptor {
  return { kind: 'link-integrity', what: 'loss of signal', clear: false, attachedPort: FIRST, ports: [], ...fields };
}

describe('FabricNotices', () => {
  let told: string[];
  let notices: FabricNotices;
  beforeEach(() => {
    told = [];
    notices = new FabricNotices(
      () => ports,
      ({ kind, host, targetPort, what }) => told.push(`${kind} ${host} ${targetPort ?? '*'} ${what}`),
    );
  });

  const rows: [string, Partial<FpinDescriptor>, string[]][] = [
    ['the port at the link', {}, [`degraded host2 ${FIRST} FPIN link integrity: loss of signal`]],
    [
      'the ports that are reached by the link, each once',
      { attachedPort: SWITCH, ports: [SECOND, FIRST, SECOND] },
      [
        `degraded host2 ${FIRST} FPIN link integrity: loss of signal`,
        `degraded host2 ${SECOND} FPIN link integrity: loss of signal`,
      ],
    ],
    [
      'all behind the host where the link is our own',
      { attachedPort: OURS, ports: [OURS] },
      ['degraded host2 * FPIN link integrity: loss of signal'],
    ],
    [
      'all behind the host where the congestion is at our port',
      { kind: 'congestion', what: 'credit stall', attachedPort: null },
      ['degraded host2 * FPIN congestion: credit stall'],
    ],
    [
      'the port of which congestion is over',
      { kind: 'peer-congestion', what: 'clear', clear: true },
      [`clear host2 ${FIRST} FPIN peer congestion: clear`],
    ],
    ['nobody where the link is one of others', { attachedPort: SWITCH, ports: ['500a0980000000ff'] }, []],
  ];
  for (const [what, fields, wanted] of rows) {
    it(`names ${what}`, () => {
      notices.received('host2', [descriptor(fields)]);
      expect(told).to.deep.equal(wanted);
    });
  }

  it('says nothing of a host without targets', () => {
    notices.received('host4', [descriptor({ kind: 'congestion', attachedPort: null })]);
    expect(told).to.deep.equal([]);
  });

  it('gives the all-clear for the whole host when its link is up', () => {
    notices.linkUp('host3');
    expect(told).to.deep.equal(['clear host3 * the link is up again']);
  });

  describe('of a port that is back', () => {
    const [first, second, elsewhere] = ports as [(typeof ports)[0], (typeof ports)[0], (typeof ports)[0]];
    const back = (): string[] => {
      told.length = 0;
      for (const port of [first, second, elsewhere]) notices.portBack(port);
      return told;
    };

    it('gives the all-clear once, and only where it was degraded', () => {
      notices.received('host2', [descriptor({})]);
      expect(back()).to.deep.equal([`clear host2 ${FIRST} the port is back`]);
      expect(back()).to.deep.equal([]);
    });

    it('gives none where the fabric gave it before', () => {
      notices.received('host2', [descriptor({}), descriptor({ kind: 'peer-congestion', clear: true })]);
      expect(back()).to.deep.equal([]);
    });

    it('gives none where the link of the host came up before', () => {
      notices.received('host2', [descriptor({})]);
      notices.linkUp('host2');
      expect(back()).to.deep.equal([]);
    });

    it('keeps it where the link of another host came up, or another port was cleared', () => {
      notices.received('host2', [descriptor({}), descriptor({ attachedPort: SECOND, clear: true })]);
      notices.linkUp('host3');
      expect(back()).to.deep.equal([`clear host2 ${FIRST} the port is back`]);
    });
  });
});
