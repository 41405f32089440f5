import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { dmIoctl } from '../../../src/dm/ioctl.js';
import { errno } from '../../../src/ffi/errno.js';
import { close, open } from '../../../src/ffi/libc.js';

/** A descriptor that knows no ioctl of the device mapper: every one of them is ENOTTY there. */
let control: number;

function refusal(attempt: () => unknown): PathManagerError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof PathManagerError) return error;
    throw error;
  }
  return expect.fail('not refused');
}

describe('device-mapper ioctl', () => {
  before(() => {
    control = open('/dev/null', 0);
  });
  after(() => close(control));

  it('that fails says what was tried on which map, and keeps the errno', () => {
    const error = refusal(() => dmIoctl({ command: 'tableLoad', name: 'lu0', control }));
    expect(error.code).to.equal('DM_IOCTL');
    expect(error.message).to.equal('Cannot load table for "lu0": kernel returned ENOTTY (25)');
    expect(error.facts).to.deep.equal({ operation: 'tableLoad', map: 'lu0', errno: errno.ENOTTY, flags: '' });
  });

  it('that is about no map names none', () => {
    const error = refusal(() => dmIoctl({ command: 'version', control }));
    expect(error.message).to.equal('Cannot read the interface version: kernel returned ENOTTY (25)');
    expect(error.facts).to.include({ map: null });
  });

  it('keeps the flags that were asked for', () => {
    const error = refusal(() =>
      dmIoctl({ command: 'resume', uuid: 'mpath-3', flags: ['NOFLUSH', 'SKIP_LOCKFS'], control }),
    );
    expect(error.facts).to.include({ map: 'mpath-3', flags: 'SKIP_LOCKFS|NOFLUSH' });
  });

  it('escapes control characters of a name', () => {
    expect(refusal(() => dmIoctl({ command: 'status', name: 'a\u001b[2J', control })).message).to.include(
      '"a\\x1b[2J"',
    );
  });

  it('refuses a name or uuid that does not fit, instead of cutting it', () => {
    for (const wrong of ['x'.repeat(128), 'a\0b', '\u4e2d']) {
      expect(refusal(() => dmIoctl({ command: 'status', name: wrong, control })).code).to.equal('BAD_IDENTIFIER');
    }
    expect(refusal(() => dmIoctl({ command: 'status', uuid: 'x'.repeat(129), control })).code).to.equal(
      'BAD_IDENTIFIER',
    );
    expect(refusal(() => dmIoctl({ command: 'status', uuid: 'x'.repeat(128), control })).code).to.equal('DM_IOCTL');
  });

  it('refuses a request that is larger than any can be', () => {
    const payload = new Uint8Array(64 * 1024 * 1024);
    expect(refusal(() => dmIoctl({ command: 'tableLoad', name: 'a', payload, control })).code).to.equal('DM_MALFORMED');
  });
});
