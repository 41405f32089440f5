import { expect } from 'chai';
import fc from 'fast-check';
import { jsonText } from '../../../src/cli/json-text.js';

describe('jsonText()', () => {
  it('gives back any string unchanged to a reader, and writes no control character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = jsonText([text]);
        expect(json).to.not.match(
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
        );
        expect(JSON.parse(json)).to.deep.equal([text]);
      }),
    );
  });

  it('leaves a text alone that only looks like an escape', () => {
    expect(JSON.parse(jsonText('\\x9b \\u202e'))).to.equal('\\x9b \\u202e');
  });
});
