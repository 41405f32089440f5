import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asPathManagerError } from '../../../src/base/errors.js';
import { takeRunLock } from '../../../src/services/run-lock.js';

describe('Run lock', () => {
  const failure = (runDir: string) => {
    try {
      takeRunLock(runDir, 'pathmanagerd');
      return null;
    } catch (error) {
      const { code, message } = asPathManagerError(error);
      return { code, message };
    }
  };

  it('is had by one at a time, in folders that it makes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pathmanager-lock-'));
    try {
      const runDir = join(folder, 'a/b');
      expect(failure(runDir)).to.equal(null);
      expect(failure(runDir)?.code).to.equal('ALREADY_RUNNING');
      expect(failure(runDir)?.message).to.include(runDir);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says in one line which folder cannot be made or used, and what to do', () => {
    expect(failure('/dev/null/run')).to.deep.equal({
      code: 'SYSCALL',
      message:
        'Cannot use run folder "/dev/null/run": ENOTDIR; run pathmanagerd as root, or name another one with --run-dir',
    });
  });
});
