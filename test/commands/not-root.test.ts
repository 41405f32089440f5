import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandNames } from '../../src/cli/command-names.js';
import { Machine, pathFacts, unitA } from '../support/machine.js';
import { withMachineApi } from '../support/machine-api.js';
import { spscmd } from '../support/spscmd.js';

/** "nobody": a user who owns nothing. */
const NOBODY = 65_534;

/** FOLDER: one with a file of settings and an empty log. */
const readers: readonly (readonly string[])[] = [
  ['getlun', '-v'],
  ['explain', '0:0:0:0'],
  ['plan'],
  ['doctor'],
  ['events', '--log-dir', 'FOLDER'],
  ['watch', '--once', '--interval', '0.1'],
  ['getmode'],
  ['getfbmode'],
  ['getmscsmode'],
  ['getwatcher'],
  ['getver'],
  ['export'],
  ['import', 'FOLDER/settings.yaml'],
  ['completion', 'bash'],
  ['completion', 'paths'],
];

const changers: readonly (readonly string[])[] = [
  ['plan', '--apply'],
  ['avail', '0:0:0:0'],
  ['notavail', '0:0:0:0'],
  ['path', '0:0:0:0'],
  ['swap', '0:0:0:0', '1:0:0:0'],
  ['priority', '0:0:0:0', '9'],
  ['lbmode', '0:0:0:0', '0'],
  ['failback', '0:0:0:0'],
  ['failbackall'],
  ['endqueue'],
  ['rescan'],
  ['reserve', 'read', '0'],
  ['setfbmode', 'Standby'],
  ['setmscsmode', 'Enable'],
  ['setwatcher', ':90::'],
  ['import', 'FOLDER/settings.yaml', '--apply'],
];

describe('A user who is not root', function () {
  this.timeout(20_000);
  let folder = '';
  let reason: string | null = null;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'not-root-'));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'settings.yaml'), 'version: 1\nfailback: standby\n...\n');
    writeFileSync(join(folder, 'spsevent.log'), '');
    if (process.getuid?.() !== 0) reason = 'only root can become another user';
    else if ((await spscmd(['--help'], { uid: NOBODY })).status !== 0) reason = 'another user cannot read the program';
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function needsAnotherUser(context: Mocha.Context): void {
    if (reason === null) return;
    if (context.test !== undefined) context.test.title += ` (skipped: ${reason})`;
    context.skip();
  }

  async function asNobody(words: readonly string[]): Promise<void> {
    const machine = new Machine();
    await machine.add(...[0, 1].map((port) => pathFacts(unitA, port)));
    await machine.start();
    const { state } = machine.controller;
    await withMachineApi(machine, async (runDir) => {
      const command = [...words.map((word) => word.replace('FOLDER', folder)), '--run-dir', runDir];
      const { status, stdout, stderr } = await spscmd(command, { uid: NOBODY });
      if (readers.includes(words)) {
        // A finding of the doctor is no refusal.
        expect(status, stderr).to.be.oneOf(words[0] === 'doctor' ? [0, 1] : [0]);
        expect(stderr).to.match(/^(spscmd: 1 setting would change[^\n]*\n)?$/);
      } else {
        expect({ status, stdout, stderr }).to.deep.equal({
          status: 4,
          stdout: '',
          stderr: `spscmd: Not permitted to use "${runDir}/control.sock"; run it as root\n`,
        });
      }
      expect(machine.controller.state).to.equal(state);
    });
  }

  it('is tried with every command', () => {
    expect([...new Set([...readers, ...changers].map(([name]) => name))]).to.have.members([...commandNames]);
  });

  for (const words of readers) {
    it(`may look with "${words.join(' ')}"`, async function () {
      needsAnotherUser(this);
      await asNobody(words);
    });
  }

  for (const words of changers) {
    it(`is told of "${words.join(' ')}" that it needs root, and changes nothing`, async function () {
      needsAnotherUser(this);
      await asNobody(words);
    });
  }
});
