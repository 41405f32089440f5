import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { expect } from 'chai';
import { commandNames } from '../../src/cli/command-names.js';
import { withApi } from '../support/api-double.js';
import { Machine, pathFacts, unitA } from '../support/machine.js';
import { withMachineApi } from '../support/machine-api.js';
import { projectRoot } from '../support/paths.js';
import { compiledRoot, node, spscmd } from '../support/spscmd.js';
import { detailedUnits, threeUnits } from '../support/views.js';

/** A copy of the compiled program, bundled: what `npm run build` makes, but certainly of the code under test. */
const bundled = join(projectRoot, '.build/bundled-for-tests');

describe('The bundle of spscmd', () => {
  before(function () {
    this.timeout(30_000);
    rmSync(bundled, { recursive: true, force: true });
    for (const part of ['src', 'commands']) cpSync(join(compiledRoot, part), join(bundled, part), { recursive: true });
    execFileSync(process.execPath, [join(projectRoot, '.tools/bundle.mjs'), bundled], { stdio: 'pipe' });
  });

  after(() => rmSync(bundled, { recursive: true, force: true }));

  for (const words of [
    ['getlun'],
    ['-getlun', '-v', '-s1'],
    ['getlun', '--json'],
    ['avail', '4:::', '--json'],
    ['setwatcher', ':90::'],
    ['getver'],
    ['priority', '4:0:0:0', '0'],
    ['avail'],
    ['getlnu'],
    [],
    ['lbmode', '--help'],
    ['completion', 'bash'],
    ['completion', 'paths'],
  ]) {
    it(`does for ${JSON.stringify(words.join(' '))} what the compiled files do`, async () => {
      await withApi({ units: [...threeUnits(), ...detailedUnits()] }, async ({ runDir }) => {
        const command = words.length === 0 ? words : [...words, '--run-dir', runDir];
        const [plain, fast] = [await spscmd(command), await spscmd(command, { root: bundled })];
        expect(fast).to.deep.equal(plain);
      });
    });
  }

  it('exports and imports as the compiled files do', async () => {
    const machine = new Machine();
    await machine.add(...[0, 1].map((port) => pathFacts(unitA, port)));
    await machine.start();
    await withMachineApi(machine, async (runDir) => {
      const file = join(runDir, 'settings.yaml');
      const { stdout } = await spscmd(['export', '--run-dir', runDir], { root: bundled });
      writeFileSync(file, stdout.replace('cluster: false', 'cluster: maybe'));
      for (const words of [['export'], ['import', file]]) {
        const command = [...words, '--run-dir', runDir];
        const [plain, fast] = [await spscmd(command), await spscmd(command, { root: bundled })];
        expect(fast).to.deep.equal(plain);
        expect(plain.stdout + plain.stderr).to.contain('cluster');
      }
    });
  });

  it('comes with compiled code that V8 takes, and with what help needs to know', () => {
    const filename = join(bundled, 'bundle/spscmd.js');
    const script = new Script(readFileSync(filename, 'latin1'), {
      filename,
      cachedData: readFileSync(`${filename}.cache`),
    });
    expect(script.cachedDataRejected).to.equal(false);
    const manifest = JSON.parse(readFileSync(join(bundled, 'oclif.manifest.json'), 'utf8')) as { commands: object };
    expect(Object.keys(manifest.commands)).to.have.length(commandNames.length);
  });

  it('runs without the compiled code, and with one that V8 must refuse', async () => {
    const cache = join(bundled, 'bundle/spscmd.js.cache');
    const kept = readFileSync(cache);
    const expected = await spscmd(['getver', '--run-dir', '/nonexistent'], { root: bundled });
    for (const spoil of [() => rmSync(cache), () => writeFileSync(cache, kept.subarray(0, 1000))]) {
      spoil();
      expect(await spscmd(['getver', '--run-dir', '/nonexistent'], { root: bundled })).to.deep.equal(expected);
    }
    writeFileSync(cache, kept);
  });

  it('leaves the other programs as they were', async () => {
    for (const name of ['pathmanagerd', 'ispmwatcher', 'ispmlogger', 'mpathpersist']) {
      const file = `src/bin/${name}.js`;
      const [plain, built] = [compiledRoot, bundled].map((root) => node([join(root, file), '--version']));
      expect(await built).to.deep.equal(await plain);
      expect((await built)?.stdout).to.match(new RegExp(`^${name} \\d`));
    }
  });

  it('holds none of the packages of the daemons', () => {
    const text = readFileSync(join(bundled, 'bundle/spscmd.js'), 'utf8');
    const packages = new Set([...text.matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)/g)].map((match) => match[1]));
    expect([...packages]).to.include('@oclif/core');
    for (const daemons of ['ffi-napi', 'ref-napi', 'zod', 'fastify', 'bunyan', 'prom-client']) {
      expect([...packages]).to.not.include(daemons);
    }
  });
});
