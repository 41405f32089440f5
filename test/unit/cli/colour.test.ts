import { expect } from 'chai';
import { painterFor } from '../../../src/cli/colour.js';

describe('Colour', () => {
  const red = '\u001b[31mx\u001b[39m';
  const rows: readonly (readonly [what: string, isTTY: boolean, env: NodeJS.ProcessEnv, shown: string])[] = [
    ['is on a terminal', true, { TERM: 'xterm' }, red],
    ['is on a terminal of which nothing is known', true, {}, red],
    ['is where NO_COLOR is empty', true, { TERM: 'xterm', NO_COLOR: '' }, red],
    ['is not where NO_COLOR is set', true, { TERM: 'xterm', NO_COLOR: '0' }, 'x'],
    ['is not on a dumb terminal', true, { TERM: 'dumb' }, 'x'],
    ['is not where there is no terminal', false, { TERM: 'xterm' }, 'x'],
  ];
  for (const [what, isTTY, env, shown] of rows) {
    it(what, () => expect(painterFor({ isTTY }, env)('x', 'bad')).to.equal(shown));
  }

  it('is not where nobody knows whether there is a terminal', () => {
    expect(painterFor({}, {})('x', 'doubtful')).to.equal('x');
  });
});
