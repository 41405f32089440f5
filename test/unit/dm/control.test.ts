import { closeSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { hasCode } from '../../../src/base/errors.js';
import { openControl } from '../../../src/dm/control.js';

describe('control device', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'control-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const misc = (text: string): void => {
    mkdirSync(join(root, 'proc'), { recursive: true });
    writeFileSync(join(root, 'proc/misc'), text);
  };
  const refusal = (): string => {
    try {
      closeSync(openControl(root));
    } catch (error) {
      if (hasCode(error, 'DM_UNAVAILABLE')) return error.message;
      throw error;
    }
    return expect.fail('opened');
  };

  it('is opened where it is', () => {
    mkdirSync(join(root, 'dev/mapper'), { recursive: true });
    writeFileSync(join(root, 'dev/mapper/control'), '');
    closeSync(openControl(root));
  });

  for (const [name, text] of [
    ['knows no device mapper', '127 watchdog\n'],
    ['lists something of a similar name', '236 device-mapper-x\n'],
    ['has a line that is none', 'x device-mapper\n'],
    ['is empty', ''],
  ] as const) {
    it(`has one mend where /proc/misc ${name}`, () => {
      misc(text);
      expect(refusal()).to.equal('The kernel has no device mapper loaded; run "modprobe dm-multipath"');
    });
  }

  it('has one mend where there is no /proc/misc', () => {
    expect(refusal()).to.include('run "modprobe dm-multipath"');
  });

  it('is made from the number in /proc/misc where the node is missing', function () {
    // A free misc number, so that what opens here is nobody's.
    misc('127 watchdog\n254 device-mapper\n');
    const text = refusal();
    // Needs CAP_MKNOD, which a plain user and some containers lack.
    if (text.includes('EPERM')) this.skip();
    const made = statSync(join(root, 'dev/mapper/control'));
    expect(made.isCharacterDevice()).to.equal(true);
    expect(made.rdev).to.equal(10 * 256 + 254);
    expect(made.mode & 0o777).to.equal(0o600);
    expect(text).to.match(
      /^Device mapper is not usable, .* kernel returned E\w+ \(\d+\); run "modprobe dm-multipath"$/,
    );
  });
});
