import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { availableSelectors } from '../../../src/dm/selectors.js';

describe('path selectors of the kernel', () => {
  let root: string;
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'selectors-'));
    put('proc/sys/kernel/osrelease', '6.1.0-x\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('are none where nothing tells of them', () => {
    expect(availableSelectors(root)).to.deep.equal([]);
  });

  it('are those loaded, those built in and those with a module, compressed or not', () => {
    mkdirSync(join(root, 'sys/module/dm_round_robin'), { recursive: true });
    put(
      'lib/modules/6.1.0-x/modules.dep',
      'kernel/drivers/md/dm-service-time.ko.xz: kernel/drivers/md/dm-multipath.ko.xz\n',
    );
    put('lib/modules/6.1.0-x/modules.builtin', 'kernel/drivers/md/dm-queue-length.ko\n');
    expect(availableSelectors(root)).to.have.members(['round-robin', 'service-time', 'queue-length']);
  });

  it('are those of the running kernel, not of another', () => {
    put('lib/modules/5.10.0-old/modules.dep', 'kernel/drivers/md/dm-service-time.ko:\n');
    expect(availableSelectors(root)).to.deep.equal([]);
  });

  it('are told apart by their whole name', () => {
    put('usr/lib/modules/6.1.0-x/modules.dep', 'kernel/drivers/md/dm-historical-service-time.ko:\n');
    expect(availableSelectors(root)).to.deep.equal(['historical-service-time']);
  });
});
