import { expect } from 'chai';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCode } from '../../../src/base/errors.js';
import { requireNoMultipathd } from '../../../src/services/daemon/multipathd-check.js';

describe('beside multipathd', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'peer-'));
    mkdirSync(join(root, '123'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('the controller does not start, and says how to end it', () => {
    writeFileSync(join(root, 'multipathd.pid'), '123\n');
    writeFileSync(join(root, '123/comm'), 'multipathd\n');
    expect(() => requireNoMultipathd(root, root))
      .to.throw(/process 123.*systemctl disable --now multipathd/)
      .and.satisfy((error: unknown) => hasCode(error, 'ALREADY_RUNNING'));
  });

  for (const [what, pid, comm] of [
    ['no pid file', null, 'multipathd'],
    ['the pid of another program', '123', 'bash'],
    ['the pid of nobody', '124', 'multipathd'],
    ['no number', '../123', 'multipathd'],
  ] as const) {
    it(`${what} is no multipathd`, () => {
      if (pid !== null) writeFileSync(join(root, 'multipathd.pid'), pid);
      writeFileSync(join(root, '123/comm'), comm);
      requireNoMultipathd(root, root);
    });
  }
});
