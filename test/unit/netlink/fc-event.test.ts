import { expect } from 'chai';
import fc from 'fast-check';
import { hasCode } from '../../../src/base/errors.js';
import { decodeFcEvent, FC_EVENT_MAX_BYTES } from '../../../src/netlink/fc-event.js';
import type { FcEvent } from '../../../src/netlink/fc-event.js';
import { hexFixture, hexFixtureNames } from '../../support/hex-fixture.js';

const bytesOf = (name: string): Buffer => hexFixture(`netlink/${name}`).bytes;
const read = (name: string): FcEvent | null => decodeFcEvent(bytesOf(name));
const good = hexFixtureNames('netlink');

/** The first descriptor of a fixture that is an FPIN. */
function descriptor(name: string): unknown {
  const event = read(name);
  return event?.kind === 'fpin' ? event.descriptors[0] : event;
}

describe('decodeFcEvent', () => {
  const plain: [string, FcEvent | null][] = [
    ['link-up', { kind: 'link-up', host: 'host2' }],
    ['link-down', { kind: 'link-down', host: 'host11' }],
    ['rscn', { kind: 'rscn', host: 'host2' }],
    ['port-online', { kind: 'port-online', host: 'host2' }],
    ['vendor-unique', null],
    ['unknown-code', null],
  ];
  for (const [name, event] of plain) it(`reads ${name}`, () => expect(read(name)).to.deep.equal(event));

  const target = '500a098000000001';
  const fpins: [string, object][] = [
    [
      'fpin-link-integrity',
      {
        kind: 'link-integrity',
        what: 'loss of signal',
        clear: false,
        attachedPort: target,
        ports: [target, '500a098000000002'],
      },
    ],
    [
      'fpin-link-integrity-padded',
      { kind: 'link-integrity', what: 'invalid CRC', clear: false, attachedPort: target, ports: [] },
    ],
    [
      'fpin-own-link',
      { kind: 'link-integrity', what: 'link failure', clear: false, attachedPort: '2100001b32000001', ports: [] },
    ],
    ['fpin-delivery', { kind: 'delivery', what: 'timeout', clear: false, attachedPort: target, ports: [] }],
    [
      'fpin-peer-congestion',
      { kind: 'peer-congestion', what: 'credit stall', clear: false, attachedPort: target, ports: [target] },
    ],
    ['fpin-peer-clear', { kind: 'peer-congestion', what: 'clear', clear: true, attachedPort: target, ports: [target] }],
    ['fpin-congestion', { kind: 'congestion', what: 'oversubscription', clear: false, attachedPort: null, ports: [] }],
    ['fpin-congestion-clear', { kind: 'congestion', what: 'clear', clear: true, attachedPort: null, ports: [] }],
  ];
  for (const [name, wanted] of fpins) it(`reads ${name}`, () => expect(descriptor(name)).to.deep.equal(wanted));

  it('passes over descriptors of unknown kinds, and says the number of an unknown event type', () => {
    const event = read('fpin-unknown-descriptors');
    expect(
      event?.kind === 'fpin' && event.descriptors.map(({ kind, what, clear }) => [kind, what, clear]),
    ).to.deep.equal([
      ['link-integrity', 'type 9', false],
      ['congestion', 'type 7', false],
    ]);
  });

  it('takes "unknown" of a link for no all-clear, though it is 0 as well', () => {
    const unknown = Buffer.from(bytesOf('fpin-link-integrity'));
    unknown.writeUInt16BE(0, 16 + 36 + 8 + 8 + 16);
    const event = decodeFcEvent(unknown);
    expect(event?.kind === 'fpin' && event.descriptors[0]).to.deep.include({ what: 'unknown', clear: false });
  });

  for (const name of hexFixtureNames('netlink/hostile')) {
    const { bytes, head } = hexFixture(`netlink/hostile/${name}`);
    it(`refuses ${name}: ${head.get('What') ?? ''}`, () => {
      expect(() => decodeFcEvent(bytes))
        .to.throw()
        .that.satisfies((error: unknown) => hasCode(error, 'NETLINK_MALFORMED'));
    });
  }

  it('has a fixture for each way to lie', () => {
    expect(hexFixtureNames('netlink/hostile')).to.have.length.above(20);
  });

  it('reads the same in the middle of other bytes: nothing before or after it counts', () => {
    for (const name of good) {
      const bytes = bytesOf(name);
      const around = Buffer.concat([Buffer.alloc(24, 0xee), bytes, Buffer.alloc(24, 0xee)]);
      const inside = around.subarray(24, 24 + bytes.length);
      expect(decodeFcEvent(inside), name).to.deep.equal(decodeFcEvent(bytes));
    }
  });

  it('refuses every cut that takes more than filling', () => {
    for (const name of good) {
      const bytes = bytesOf(name);
      const needed = bytes.readUInt32LE(0);
      for (let length = 0; length < needed; length++) {
        expect(() => decodeFcEvent(bytes.subarray(0, length)), `${name} cut at ${length}`)
          .to.throw()
          .that.satisfies((error: unknown) => hasCode(error, 'NETLINK_MALFORMED'));
      }
    }
  });

  it('reads or refuses by name, and never anything else, whatever bytes come', () => {
    const any = fc.oneof(fc.uint8Array({ maxLength: 300 }), ...good.map((name) => mutated(bytesOf(name))));
    fc.assert(
      fc.property(any, (input) => {
        try {
          const event = decodeFcEvent(input);
          if (event !== null) expect(event.host).to.match(/^host\d{1,5}$/);
        } catch (error) {
          if (!hasCode(error, 'NETLINK_MALFORMED')) throw error;
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('has room for the longest FPIN there can be', () => {
    expect(FC_EVENT_MAX_BYTES).to.be.above(2112 + 16 + 40);
  });
});

/** A good message with some bytes changed and its end cut. */
function mutated(message: Buffer): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(message.length - 1), fc.nat(255));
  return fc.tuple(fc.array(change, { maxLength: 6 }), fc.nat(message.length)).map(([changes, cut]) => {
    const bytes = Buffer.from(message);
    for (const [at, value] of changes) bytes[at] = value;
    // Most are not cut, or few would get beyond the first check.
    return cut % 3 === 0 ? bytes.subarray(0, cut) : bytes;
  });
}
