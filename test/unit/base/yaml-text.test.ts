import { expect } from 'chai';
import { readYaml } from '../../../src/base/yaml-text.js';

describe('YAML text', () => {
  const text = ['version: 1', 'units:', '  "360":', '    paths: { a: 1, 7: { b: 2 } }', '    name: x', '...', ''].join(
    '\n',
  );

  it('knows the line of each key, and of the innermost that is there', () => {
    const { lineOf } = readYaml(text);
    expect(lineOf([])).to.equal(1);
    expect(lineOf(['units'])).to.equal(2);
    expect(lineOf(['units', '360', 'paths', '7', 'b'])).to.equal(4);
    expect(lineOf(['units', '360', 'name'])).to.equal(5);
    expect(lineOf(['units', '360', 'number'])).to.equal(3);
    expect(lineOf(['nothing'])).to.equal(1);
  });

  it('gives keys as they are written', () => {
    expect(readYaml('{ 3600: { 1e3: a, null: b } }').value).to.deep.equal({ 3600: { '1e3': 'a', null: 'b' } });
  });

  it('knows whether it has its end', () => {
    for (const [whole, texts] of [
      [true, [text, '{ a: 1 }', '{"a":1}\n', 'a: 1\n...']],
      [false, ['', 'a: 1\n', 'a: "..."\n', '# ...\n', '[1]\n']],
    ] as const) {
      for (const each of texts) expect(readYaml(each).whole, each).to.equal(whole);
    }
  });

  it('says in one line what is wrong', () => {
    const deep = Array.from(
      { length: 30 },
      (_, n) => `a${String(n)}: &a${String(n)} [${n === 0 ? 'x' : `*a${String(n - 1)},`.repeat(20)}]`,
    );
    for (const each of ['a: [', 'a: 1\na: 2', '\ta: 1', 'a: *b', deep.join('\n')]) {
      expect(() => readYaml(each), each)
        .to.throw(SyntaxError)
        .with.property('message')
        .that.does.not.include('\n');
    }
  });
});
