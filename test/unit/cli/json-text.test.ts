import { expect } from 'chai';
import { jsonText } from '../../../src/cli/json-text.js';

const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe('jsonText()', () => {
  it('gives back every character to a reader, and writes none that a terminal obeys', () => {
    for (let code = 0; code <= 0xffff; code += 1) {
      const text = `<${String.fromCharCode(code)}>`;
      const json = jsonText([text]);
      expect(JSON.parse(json)).to.deep.equal([text]);
      expect(json).to.not.match(dangerous);
    }
  });

  it('leaves a text alone that only looks like an escape', () => {
    expect(JSON.parse(jsonText('\\x9b \\u202e'))).to.equal('\\x9b \\u202e');
  });
});
