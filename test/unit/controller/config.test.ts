import { expect } from 'chai';
import { PathManagerError } from '../../../src/base/errors.js';
import { loadConfig, parseConfig } from '../../../src/controller/config.js';

describe('Configuration', () => {
  it('is whole without a file', () => {
    const config = parseConfig('', 'none');
    expect(config.initial).to.equal('auto');
    expect(config.noPath).to.deep.equal({ mode: 'queue-for', seconds: 60 });
    expect(config.claim).to.deep.equal({ mode: 'multiple', exclude: [], include: [] });
    expect(config.namePrefix).to.equal('lu');
    expect(config.vanishedSec).to.equal(30);
    expect(config.queueWithoutDaemon).to.equal(false);
    expect(config.ports).to.deep.equal({
      fastIoFail: 'adaptive',
      devLoss: 'auto',
      flapping: { losses: 4, withinSec: 60, holdSec: 60 },
    });
  });

  it('reads every key', () => {
    const config = parseConfig(
      [
        'initial: manual',
        'noPath: queue',
        'vanished: keep',
        'queueWithoutDaemon: true',
        'fibreChannel: { fastIoFail: off, devLoss: keep, flapping: { losses: 9, within: 30, hold: 5 } }',
        'claim: { mode: all, exclude: [{ vendor: ATA }], include: [{ wwid: "3600*" }] }',
        'names: { prefix: disk, byWwid: { 36001: database } }',
        'logLevel: debug',
      ].join('\n'),
      'test',
    );
    expect(config.noPath).to.deep.equal({ mode: 'queue' });
    expect(config.vanishedSec).to.equal(null);
    expect(config.ports).to.deep.equal({
      fastIoFail: 'off',
      devLoss: 'keep',
      flapping: { losses: 9, withinSec: 30, holdSec: 5 },
    });
    expect(config.claim).to.deep.equal({ mode: 'all', exclude: [{ vendor: 'ATA' }], include: [{ wwid: '3600*' }] });
    expect([...config.names]).to.deep.equal([['36001', 'database']]);
  });

  it('takes a WWID for the text that it is, although YAML sees a number', () => {
    const text =
      'names: { byWwid: { 36001405000000000000000000000000: a, 36e12: b, "360014051": c, 0x360: d, true: e } }';
    expect([...parseConfig(text, 'test').names.keys()]).to.have.members([
      '36001405000000000000000000000000',
      '36e12',
      '360014051',
      '0x360',
      'true',
    ]);
  });

  it('takes fixed time-outs of remote ports, and each key of theirs alone', () => {
    const ports = (text: string): unknown => parseConfig(`fibreChannel: ${text}`, 'test').ports;
    expect(ports('{ fastIoFail: 0, devLoss: 2147483647, flapping: off }')).to.deep.equal({
      fastIoFail: 0,
      devLoss: 2_147_483_647,
      flapping: null,
    });
    expect(ports('{ flapping: { hold: 300 } }')).to.deep.equal({
      fastIoFail: 'adaptive',
      devLoss: 'auto',
      flapping: { losses: 4, withinSec: 60, holdSec: 300 },
    });
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['colour: red', /^Configuration "f": unknown key "colour"$/],
    ['claim: { modes: all }', /^Configuration "f": unknown key "modes" in "claim"$/],
    ['noPath: 0', /"noPath"/],
    ['fibreChannel: { fastIoFail: 601 }', /"fibreChannel\.fastIoFail"/],
    ['fibreChannel: { fastIoFail: keep }', /"fibreChannel\.fastIoFail"/],
    ['fibreChannel: { devLoss: 0 }', /"fibreChannel\.devLoss"/],
    ['fibreChannel: { flapping: on }', /"fibreChannel\.flapping"/],
    ['fibreChannel: { flapping: { losses: 1 } }', /"fibreChannel\.flapping\.losses"/],
    ['fibreChannel: { fast: 1 }', /unknown key "fast" in "fibreChannel"/],
    ['vanished: 0', /"vanished"/],
    ['vanished: never', /"vanished"/],
    ['noPath: maybe', /"noPath"/],
    ['initial: [', /^Configuration "f" is not YAML: line 1: /],
    ['initial: auto\nnoPath: {\n', /^Configuration "f" is not YAML: line 3: /],
    ['initial: auto\ninitial: manual\n', /^Configuration "f" is not YAML: line 2: Map keys must be unique$/],
    ['initial: *nobody', /^Configuration "f" is not YAML: .*nobody/],
    ['initial: !secret auto', /^Configuration "f" is not YAML: line 1: Unresolved tag: !secret$/],
    ['--- {}\n--- {}\n', /^Configuration "f" is not YAML: line 2: /],
    ['\0'.repeat(8), /^Configuration "f": Invalid input: expected object, received string$/],
    ['\ufffd\ufffd\u007fELF', /^Configuration "f": Invalid input: expected object, received string$/],
    ['claim:\n  mode: mul', /^Configuration "f": "claim\.mode": /],
    ['names:\n  byWwid: { 36001405', /^Configuration "f" is not YAML: line 2: /],
    ['initial: auto\0\u0001', /^Configuration "f": "initial": /],
    ['- a', /^Configuration "f": /],
    ['names: { byWwid: { "a/b": x } }', /"names\.byWwid": WWID "a\/b"/],
    ['names: { byWwid: { "36001": "../x" } }', /"names\.byWwid": Map name/],
    ['names: { byWwid: { "36001": x, "36002": x } }', /two logical units have one name/],
    ['names: { prefix: "a b" }', /"names\.prefix"/],
  ];
  for (const [text, message] of wrong) {
    it(`refuses ${JSON.stringify(text)} in one line`, () => {
      const error = thrown(() => parseConfig(text, 'f'));
      expect(error.code).to.equal('BAD_CONFIG');
      expect(error.message).to.match(message).and.not.include('\n');
    });
  }

  it('refuses a named file that is missing, and takes the defaults where the default file is', () => {
    expect(thrown(() => loadConfig('/nowhere/x.yaml', false)).message).to.equal(
      'Cannot read configuration "/nowhere/x.yaml": ENOENT',
    );
    expect(loadConfig('/nowhere/x.yaml', true).initial).to.equal('auto');
  });
});

function thrown(act: () => unknown): PathManagerError {
  try {
    act();
  } catch (error) {
    if (error instanceof PathManagerError) return error;
  }
  throw new Error('nothing was thrown');
}
