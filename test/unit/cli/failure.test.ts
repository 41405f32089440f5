import { expect } from 'chai';
import { type ErrorCode, errorCodes, PathManagerError } from '../../../src/base/errors.js';
import { exitStatusOf, failureOf } from '../../../src/cli/failure.js';

describe('exitStatusOf()', () => {
  it('gives 2 for usage, 3 for the link, 4 for a missing right, and 1 for everything else', () => {
    for (const [code, domain] of Object.entries(errorCodes) as [ErrorCode, string][]) {
      const expected = code === 'NOT_PERMITTED' ? 4 : domain === 'usage' ? 2 : domain === 'link' ? 3 : 1;
      expect([code, exitStatusOf(code)]).to.deep.equal([code, expected]);
    }
  });
});

describe('failureOf()', () => {
  it("leaves the project's own errors as they are", () => {
    const error = new PathManagerError('LAST_PATH', 'No');
    expect(failureOf(error, 'notavail')).to.equal(error);
  });

  it('takes anything unknown for a fault of ours', () => {
    for (const thrown of [new TypeError('x is undefined'), 'text', undefined, { oclif: { exit: 2 } }]) {
      expect(failureOf(thrown, 'getlun').code).to.equal('INTERNAL');
    }
  });

  it('keeps one line of a parser error that it does not know, and points to the help of the command', () => {
    const thrown = Object.assign(new Error('Flag --x is odd\nSee more help with --help'), { oclif: { exit: 2 } });
    expect(failureOf(thrown, 'getlun').message).to.equal('Option --x is odd; see "spscmd getlun --help"');
    expect(failureOf(thrown, null).message).to.equal('Option --x is odd; see "spscmd --help"');
    expect(failureOf(thrown, 'getlun').code).to.equal('BAD_REQUEST');
  });
});
