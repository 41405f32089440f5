import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { hasCode } from '../../../src/base/errors.js';
import { decodeUevent, UEVENT_MAX_BYTES } from '../../../src/netlink/uevent.js';
import { fixture } from '../../support/paths.js';

interface Recording {
  readonly messages: readonly { readonly step: string; readonly message: string }[];
}

const recording = JSON.parse(readFileSync(fixture('uevents/linux-6.1-lio.json'), 'utf8')) as Recording;
const message = (...lines: string[]): Buffer => Buffer.from(lines.map((line) => `${line}\0`).join(''));
const plain = ['change@/devices/x/sda', 'ACTION=change', 'DEVPATH=/devices/x/sda', 'SUBSYSTEM=block', 'SEQNUM=7'];

describe('decodeUevent', () => {
  it('reads a removal as the kernel sent it', () => {
    const text = recording.messages.find(({ message }) => /^remove@.*\/block\/sdc\0/.test(message))?.message ?? '';
    const event = decodeUevent(Buffer.from(text));
    expect(event).to.deep.include({
      action: 'remove',
      devpath: '/devices/tcm_loop_0/tcm_loop_adapter_1/host1/target1:0:0/1:0:0:0/block/sdc',
      subsystem: 'block',
    });
    expect(event?.properties.get('MAJOR')).to.equal('8');
    expect(event?.properties.get('MINOR')).to.equal('32');
    expect(event?.properties.get('DEVTYPE')).to.equal('disk');
  });

  it('reads every recorded message, in the order of the kernel', () => {
    const numbers = recording.messages.map(({ message }) => decodeUevent(Buffer.from(message))?.seqnum ?? NaN);
    expect(numbers).to.have.length.above(30);
    expect(numbers).to.deep.equal([...numbers].sort((a, b) => a - b));
  });

  it('leaves a message of udev alone', () => {
    expect(decodeUevent(Buffer.concat([Buffer.from('libudev\0'), Buffer.from('feedcafe0000', 'hex')]))).to.equal(null);
  });

  it('keeps the first of a key that comes twice: the core writes before the driver', () => {
    const event = decodeUevent(message(...plain, 'SUBSYSTEM=scsi', 'ACTION=remove', 'X=1', 'X=2'));
    expect(event).to.deep.include({ action: 'change', subsystem: 'block' });
    expect(event?.properties.get('X')).to.equal('1');
  });

  it('keeps "=" and odd bytes in a value', () => {
    const event = decodeUevent(message(...plain, 'NAME=a=b\x1b[31m', 'EMPTY='));
    expect(event?.properties.get('NAME')).to.equal('a=b\x1b[31m');
    expect(event?.properties.get('EMPTY')).to.equal('');
  });

  const hostile: Record<string, Buffer> = {
    'nothing at all': Buffer.alloc(0),
    'no NUL at the end': message(...plain, 'NAME=cut').subarray(0, -1),
    'a cut in the middle of a property': message(...plain).subarray(0, 60),
    'no action': message('/devices/x', ...plain.slice(1)),
    'an action nobody knows': message('explode@/devices/x/sda', 'ACTION=explode', ...plain.slice(2)),
    'an ACTION that differs': message(plain[0] ?? '', 'ACTION=add', ...plain.slice(2)),
    'a DEVPATH that differs': message(plain[0] ?? '', plain[1] ?? '', 'DEVPATH=/devices/y', ...plain.slice(3)),
    'no DEVPATH': message(plain[0] ?? '', plain[1] ?? '', ...plain.slice(3)),
    'no SUBSYSTEM': message(...plain.slice(0, 3)),
    'an empty SUBSYSTEM': message(...plain.slice(0, 3), 'SUBSYSTEM='),
    'a path that leads out of sysfs': message(
      'add@/devices/../../etc',
      'ACTION=add',
      'DEVPATH=/devices/../../etc',
      'SUBSYSTEM=block',
    ),
    'a path that is not absolute': message('add@devices/x', 'ACTION=add', 'DEVPATH=devices/x', 'SUBSYSTEM=block'),
    'a property without "="': message(...plain, 'NOTHING'),
    'a property without a key': message(...plain, '=1'),
    'an empty property': message(...plain, '', 'X=1'),
    'a SEQNUM that is no number': message(...plain.slice(0, 4), 'SEQNUM=0x7'),
    'more properties than a kernel sends': message(...plain, ...Array.from({ length: 300 }, (_, i) => `K${i}=1`)),
    'more bytes than a kernel sends': message(...plain, `X=${'x'.repeat(UEVENT_MAX_BYTES)}`),
  };
  for (const [what, bytes] of Object.entries(hostile)) {
    it(`refuses ${what}`, () => {
      expect(() => decodeUevent(bytes))
        .to.throw()
        .that.satisfies((error: unknown) => hasCode(error, 'NETLINK_MALFORMED'));
    });
  }

  it('gives back what was put in, for any properties', () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
    const key = fc.stringMatching(/^[A-Z_]{1,12}$/).map((name) => `X${name}`);
    fc.assert(
      fc.property(fc.dictionary(key, text, { maxKeys: 30 }), (properties) => {
        const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}`);
        const event = decodeUevent(message(...plain, ...lines));
        for (const [name, value] of Object.entries(properties)) expect(event?.properties.get(name)).to.equal(value);
      }),
    );
  });

  it('refuses by name or reads, and never anything else, whatever bytes come', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated(message(...plain)));
    fc.assert(
      fc.property(bytes, (input) => {
        try {
          const event = decodeUevent(input);
          if (event !== null) expect(event.devpath).to.match(/^\//);
        } catch (error) {
          expect(hasCode(error, 'NETLINK_MALFORMED')).to.equal(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** A good message with some bytes changed and its end cut. */
function mutated(good: Buffer): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
  return fc.tuple(fc.array(change, { maxLength: 4 }), fc.nat(good.length)).map(([changes, length]) => {
    const bytes = Buffer.from(good);
    for (const [at, value] of changes) bytes[at] = value;
    return bytes.subarray(0, length);
  });
}
