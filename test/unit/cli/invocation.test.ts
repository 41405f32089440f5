import { expect } from 'chai';
import { commandNames } from '../../../src/cli/command-names.js';
import { type Invocation, readInvocation, wantsJson } from '../../../src/cli/invocation.js';

describe('readInvocation()', () => {
  const rows: readonly (readonly [words: readonly string[], meant: Invocation])[] = [
    [[], { kind: 'help', command: null }],
    [['help'], { kind: 'help', command: null }],
    [['help', '-swap'], { kind: 'help', command: 'swap' }],
    [['getlun'], { kind: 'run', command: 'getlun', words: [] }],
    [['-getlun', '-v', '-s1'], { kind: 'run', command: 'getlun', words: ['-v', '-s1'] }],
    [['-setwatcher', ':90::'], { kind: 'run', command: 'setwatcher', words: [':90::'] }],
    [['path', 'path'], { kind: 'run', command: 'path', words: ['path'] }],
    [['avail', '4:::', '-h'], { kind: 'help', command: 'avail' }],
    [['avail', '--', '--help'], { kind: 'run', command: 'avail', words: ['--', '--help'] }],
    [['--version', '--json'], { kind: 'run', command: 'getver', words: ['--json'] }],
  ];
  for (const [words, meant] of rows) {
    it(`reads ${JSON.stringify(words.join(' '))}`, () => {
      expect(readInvocation(words)).to.deep.equal(meant);
    });
  }

  it('knows every command with and without the historic dash', () => {
    for (const name of commandNames) {
      expect(readInvocation([name])).to.deep.equal({ kind: 'run', command: name, words: [] });
      expect(readInvocation([`-${name}`])).to.deep.equal({ kind: 'run', command: name, words: [] });
    }
  });

  it('refuses names that lead out of the commands or belong to every object', () => {
    for (const word of ['..', '../cli/help', 'constructor', '__proto__', '--getlun', '-', '']) {
      expect(() => readInvocation([word]))
        .to.throw()
        .with.property('code', 'BAD_REQUEST');
    }
  });
});

describe('wantsJson()', () => {
  it('looks at options only, not behind "--"', () => {
    expect(wantsJson(['getlun', '--json'])).to.equal(true);
    expect(wantsJson(['avail', '--', '--json'])).to.equal(false);
    expect(wantsJson([])).to.equal(false);
  });
});
