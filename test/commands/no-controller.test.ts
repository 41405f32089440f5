import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { withSockets } from '../support/api-double.js';
import { compiledRoot, type Outcome, run, spscmd } from '../support/spscmd.js';

const START = 'start it with "systemctl start pathmanager", or name its run folder with --run-dir';
/** "nobody": a user who owns nothing. */
const NOBODY = 65_534;

describe('spscmd on a full disk', () => {
  // The kernel's device that is always full.
  const into = async (stream: number, ...words: readonly string[]): Promise<Outcome> => {
    const line = [process.execPath, join(compiledRoot, 'src/bin/spscmd.js'), ...words].join(' ');
    return run('sh', ['-c', `${line} ${String(stream)}>/dev/full`]);
  };

  for (const words of [
    ['getver', '--run-dir', '/none'],
    ['getver', '--json', '--run-dir', '/none'],
    ['--help'],
    ['completion', 'bash'],
  ]) {
    it(`says of "${words.join(' ')}" in one line that it cannot be written`, async () => {
      const stderr = 'spscmd: Cannot write the output: ENOSPC\n';
      expect(await into(1, ...words)).to.deep.equal({ status: 1, stdout: '', stderr });
    });
  }

  it('keeps the exit status where the error cannot be told', async () => {
    expect(await into(2, 'getlnu')).to.deep.equal({ status: 2, stdout: '', stderr: '' });
    expect(await into(2, 'getlun', '--run-dir', '/none')).to.deep.equal({ status: 3, stdout: '', stderr: '' });
  });
});

describe('spscmd without a controller', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pathmanager-none-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('says that there is no socket, exit status 3', async () => {
    expect(await spscmd(['getlun', '--run-dir', folder])).to.deep.equal({
      status: 3,
      stdout: '',
      stderr: `spscmd: Controller is not running: there is no socket "${folder}/status.sock"; ${START}\n`,
    });
  });

  it('asks on the control socket for a setting', async () => {
    const { status, stderr } = await spscmd(['avail', 'sdc', '--run-dir', folder]);
    expect(status).to.equal(3);
    expect(stderr).to.contain(`there is no socket "${folder}/control.sock"`);
  });

  it('says the same of a run folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { status, stderr } = await spscmd(['getlun', '--run-dir', file]);
    expect(status).to.equal(3);
    expect(stderr).to.contain(`there is no socket "${file}/status.sock"`);
  });

  it('says that nobody listens on a socket that a killed controller left', async () => {
    const socket = join(folder, 'status.sock');
    const dead = createServer().listen(socket);
    await once(dead, 'listening');
    // Closing removes the socket under its old name only: what is left is what SIGKILL leaves.
    mkdirSync(join(folder, 'aside'));
    renameSync(socket, join(folder, 'aside/status.sock'));
    dead.close();
    const { status, stderr } = await spscmd(['getlun', '--run-dir', join(folder, 'aside')]);
    expect({ status, stderr }).to.deep.equal({
      status: 3,
      stderr: `spscmd: Controller is not running: nobody listens on "${folder}/aside/status.sock"; ${START}\n`,
    });
  });

  it('says that the controller broke off, exit status 3', async () => {
    await withSockets({ 'status.sock': (request) => request.destroy() }, async (runDir) => {
      const { status, stderr } = await spscmd(['getlun', '--run-dir', runDir]);
      expect({ status, stderr }).to.deep.equal({
        status: 3,
        stderr: `spscmd: Controller broke off on "${runDir}/status.sock" (socket hang up); look at "systemctl status pathmanager"\n`,
      });
    });
  });

  it('says so when something else than the controller answers', async () => {
    await withSockets({ 'status.sock': (_request, answer) => answer.end('<html>') }, async (runDir) => {
      const { status, stderr } = await spscmd(['getlun', '--run-dir', runDir]);
      expect({ status, stderr }).to.deep.equal({
        status: 3,
        stderr: `spscmd: Controller's answer on "${runDir}/status.sock" cannot be read: it is not JSON; see that spscmd and pathmanagerd are of one release\n`,
      });
    });
  });

  it('refuses a run folder whose socket path would be cut off, exit status 2', async () => {
    const long = join(folder, 'x'.repeat(100));
    const { status, stderr } = await spscmd(['getlun', '--run-dir', long]);
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      `spscmd: Socket path "${long}/status.sock" is too long: ${String(long.length + 12)} bytes, at most 107; give a shorter --run-dir\n`,
    );
  });

  it('tells a user without the right to run it as root, exit status 4', async function () {
    if (process.getuid?.() !== 0) this.skip();
    // The compiled program may stand in a folder that another user cannot enter.
    const usable = await spscmd(['--help'], { uid: NOBODY });
    if (usable.status !== 0) this.skip();
    chmodSync(folder, 0o755);
    const control = createServer().listen(join(folder, 'control.sock'));
    await once(control, 'listening');
    chmodSync(join(folder, 'control.sock'), 0o600);
    try {
      const outcome = await spscmd(['setfbmode', 'Active', '--run-dir', folder], { root: compiledRoot, uid: NOBODY });
      expect(outcome).to.deep.equal({
        status: 4,
        stdout: '',
        stderr: `spscmd: Not permitted to use "${folder}/control.sock"; run it as root\n`,
      });
    } finally {
      control.close();
    }
  });
});
