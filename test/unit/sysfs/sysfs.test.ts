import { expect } from 'chai';
import { hasCode } from '../../../src/base/errors.js';
import { Sysfs, VPD_PAGE_BYTES } from '../../../src/sysfs/sysfs.js';
import { SysfsScene } from '../../support/sysfs-scene.js';

describe('Sysfs', () => {
  let scene: SysfsScene;
  let sysfs: Sysfs;

  beforeEach(() => {
    scene = new SysfsScene();
    sysfs = scene.sysfs;
  });
  afterEach(() => scene.cleanup());

  it('gives text without the blanks round it', () => {
    scene.file('a/vendor', 'NEC     \n');
    expect(sysfs.text('a/vendor')).to.equal('NEC');
  });

  it('tells an empty attribute from an absent one', () => {
    scene.file('a/uuid', '\n');
    expect(sysfs.text('a/uuid')).to.equal('');
    expect(sysfs.text('a/none')).to.equal(null);
    expect(sysfs.text('a/uuid/below-a-file')).to.equal(null);
  });

  it('keeps each byte of a text as one character', () => {
    scene.file('a/model', Buffer.from([0x41, 0xff, 0x1b, 0x42, 0x0a]));
    expect(sysfs.text('a/model')).to.equal('A\u00ff\u001bB');
  });

  it('reads a number, and null from what is none', () => {
    for (const [content, wanted] of [
      ['42\n', 42],
      ['off\n', null],
      ['-1\n', null],
      ['', null],
      ['1e3', null],
    ] as const) {
      scene.file('a/n', content);
      expect(sysfs.number('a/n'), JSON.stringify(content)).to.equal(wanted);
    }
    expect(sysfs.number('a/none')).to.equal(null);
  });

  it('reads a page of any length to its end, and the next one afresh', () => {
    for (const length of [1, 4095, 4096, 4097, 8192, 65535, VPD_PAGE_BYTES]) {
      scene.file('a/page', Buffer.alloc(length, 0xa5));
      expect(sysfs.binary('a/page', VPD_PAGE_BYTES)?.equals(Buffer.alloc(length, 0xa5)), String(length)).to.equal(true);
    }
    const kept = sysfs.binary('a/page', VPD_PAGE_BYTES);
    scene.file('b', 'overwrites what the reader keeps inside');
    sysfs.text('b');
    expect(kept?.[0]).to.equal(0xa5);
  });

  it('reads on after the first page: of a binary attribute the kernel gives one a call', function () {
    const real = new Sysfs('/sys');
    if (!real.exists('kernel/btf/vmlinux')) this.skip();
    expect(() => real.binary('kernel/btf/vmlinux', VPD_PAGE_BYTES)).to.throw('has more than 65539 bytes');
  });

  it('gives null for an empty page', () => {
    scene.file('a/page', '');
    expect(sysfs.binary('a/page', 100)).to.equal(null);
  });

  it('refuses an attribute that is longer than it may be', () => {
    scene.file('a/inquiry', Buffer.alloc(4097));
    expect(() => sysfs.binary('a/inquiry', 4096))
      .to.throw()
      .that.satisfies((e: unknown) => hasCode(e, 'SCSI_MALFORMED'));
    expect(sysfs.binary('a/inquiry', 4097)).to.have.length(4097);
  });

  it('takes what the kernel answers for a vanishing device as absence', () => {
    // The memory of a process at address 0 gives EIO, as an attribute whose device does not answer.
    expect(new Sysfs('/proc/self').text('mem')).to.equal(null);
  });

  it('never takes a trouble of ours for absence', () => {
    // EISDIR stands for what is no answer about a device, as EMFILE or EACCES.
    scene.makeFolder('a/folder');
    expect(() => sysfs.text('a/folder'))
      .to.throw('Cannot read sysfs "a/folder": kernel returned EISDIR')
      .that.satisfies((error: unknown) => hasCode(error, 'SYSCALL'));
  });

  it('lists a folder and reads a link; what is not there is empty and null', () => {
    scene.link('block/sda', '../devices/x/block/sda');
    expect(sysfs.list('block')).to.deep.equal(['sda']);
    expect(sysfs.list('none')).to.deep.equal([]);
    expect(sysfs.link('block/sda')).to.equal('../devices/x/block/sda');
    expect(sysfs.link('block/sdb')).to.equal(null);
    expect(sysfs.exists('block')).to.equal(true);
    expect(sysfs.exists('block/sdb')).to.equal(false);
  });

  it('writes an attribute, and says which one it could not', () => {
    scene.file('a/tmo', '5\n');
    sysfs.write('a/tmo', '0');
    expect(sysfs.text('a/tmo')).to.equal('0');
    expect(() => sysfs.write('no/such', '1'))
      .to.throw('Cannot write "1" to sysfs "no/such": kernel returned ENOENT')
      .that.satisfies((error: unknown) => hasCode(error, 'SYSCALL'));
  });
});
