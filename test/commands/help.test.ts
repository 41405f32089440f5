import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PathManagerCommand } from '../../src/cli/base-command.js';
import { commandNames } from '../../src/cli/command-names.js';
import { expectGolden } from '../support/golden.js';
import { projectRoot } from '../support/paths.js';
import { compiledRoot, spscmd } from '../support/spscmd.js';

type CommandClass = typeof PathManagerCommand;

async function load(name: string): Promise<CommandClass> {
  const module = (await import(join(compiledRoot, 'commands', `${name}.js`))) as { default: CommandClass };
  return module.default;
}

describe('spscmd help', () => {
  for (const words of [[], ['--help'], ['-h'], ['-help'], ['help']]) {
    it(`shows the whole for ${JSON.stringify(words.join(' '))}`, async () => {
      const { status, stdout, stderr } = await spscmd(words);
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
      expectGolden(stdout, 'cli/help.txt');
    });
  }

  for (const words of [
    ['getlun', '--help'],
    ['-getlun', '-h'],
    ['help', 'getlun'],
    ['getlun', '--bogus', '--help'],
  ]) {
    it(`shows one command for ${JSON.stringify(words.join(' '))}`, async () => {
      const { status, stdout, stderr } = await spscmd(words);
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
      expectGolden(stdout, 'cli/help-getlun.txt');
    });
  }

  it('takes nothing from the home of its user, which may be closed to it or hold anything', async () => {
    const home = mkdtempSync(join(tmpdir(), 'help-home-'));
    try {
      mkdirSync(join(home, '.local/share/spscmd'), { recursive: true });
      writeFileSync(join(home, '.local/share/spscmd/package.json'), '{');
      const { status, stderr } = await spscmd(['--help'], { env: { HOME: home, XDG_DATA_HOME: undefined } });
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

describe('The surface of spscmd', () => {
  it('has a file for each name and a name for each file', () => {
    const files = readdirSync(join(projectRoot, 'commands')).map((file) => file.replace(/\.ts$/, ''));
    expect([...commandNames].sort()).to.deep.equal(files.sort());
  });

  it('is the one that is written down', async () => {
    const surface = [];
    for (const name of [...commandNames].sort()) {
      const { args, flags, baseFlags, aliases, hiddenAliases, enableJsonFlag } = await load(name);
      const options = Object.entries({ ...baseFlags, ...flags }).map(([flag, { char }]) =>
        char === undefined ? `--${flag}` : `-${char}, --${flag}`,
      );
      surface.push({
        name,
        args: Object.entries(args).map(([arg, { required }]) => (required === true ? arg : `[${arg}]`)),
        options: [...options, ...(enableJsonFlag ? ['--json'] : [])].sort(),
        aliases: [...aliases, ...hiddenAliases],
      });
    }
    expectGolden(`${JSON.stringify(surface, null, 2)}\n`, 'cli/surface.json');
  });

  for (const name of commandNames) {
    it(`describes ${name} with every argument and option, and has an example`, async () => {
      const { summary, description, examples, args, flags } = await load(name);
      expect(summary).to.match(/^[A-Z].*\.$/);
      expect(description).to.be.a('string').and.not.be.empty;
      expect(examples).to.be.an('array').and.not.be.empty;
      for (const arg of Object.values(args)) expect(arg.description).to.match(/\.$/);
      for (const flag of Object.values({ ...flags })) expect(flag.summary).to.match(/\.$/);
    });
  }
});
