/** What an operator asks of paths: what it changes, what is recorded, and why it is refused. */
import { expect } from 'chai';
import { sectors } from '../../../src/base/ids.js';
import { parsePathSelector } from '../../../src/model/path-selector.js';
import { facts, lu, map, Play } from '../../support/model-play.js';

const plain = { selectors: ['round-robin' as const, 'queue-length' as const] };
const sel = parsePathSelector;
const applied = (play: Play) => play.feed({ kind: 'applied', wwid: lu() });
const refused = (play: Play) =>
  play.feed({ kind: 'apply-failed', wwid: lu(), code: 'DM_IOCTL', message: 'the kernel returned EBUSY (16)' });

/** Units 0 and 1, each with paths through ports 1, 2 and 3, not balanced. */
function system(): Play {
  const paths = [0, 1].flatMap((index) => [1, 2, 3].map((port) => facts(port, {}, index)));
  const play = Play.withPaths(paths, map(['1', '2', '3']), plain);
  play.kernel(map(['1', '2', '3'], {}, 1), 1);
  return play;
}

const told = (play: Play) => play.records.map((record) => [record.id, record.path, record.detail]);

describe('-notavail and -avail', () => {
  it('disable and enable a path, and record it when the kernel has it', () => {
    const play = system();
    play.ask('disable', '2:0:0:0');
    expect(play.shown()).to.equal('1>=3 2@=2 3=1');
    expect([play.does, play.last.touched]).to.deep.equal([['apply', 'save'], [lu()]]);
    applied(play);
    expect(told(play)).to.deep.equal([[275, '2:0:0:0', 'disabled']]);
    play.ask('enable', 'sdc');
    applied(play);
    expect(told(play)).to.deep.equal([[275, '2:0:0:0', 'enabled']]);
    expect(play.unit().pending).to.deep.equal([]);
  });

  it('take a pattern, over all units', () => {
    const play = system();
    play.ask('disable', '2:::');
    expect([play.shown(0), play.shown(1)]).to.deep.equal(['1>=3 2@=2 3=1', '1>=3 2@=2 3=1']);
    expect(play.last.touched).to.deep.equal([lu(0), lu(1)]);
  });

  it('are recorded as failed where the kernel refuses', () => {
    const play = system();
    play.ask('disable', '2:0:0:0');
    refused(play);
    expect(told(play)).to.deep.equal([
      [1009, null, 'the kernel returned EBUSY (16)'],
      [276, '2:0:0:0', 'disabled: the kernel returned EBUSY (16)'],
    ]);
    refused(play);
    expect(told(play)).to.deep.equal([]);
    expect(play.unit().problem).to.deep.equal({
      code: 'DM_IOCTL',
      message: 'the kernel returned EBUSY (16)',
      since: play.at,
    });
    play.feed({ kind: 'apply-failed', wwid: lu(), code: 'DM_IOCTL', message: 'the kernel returned ENXIO (6)' });
    expect(told(play)).to.deep.equal([[1009, null, 'the kernel returned ENXIO (6)']]);
    play.feed({ kind: 'apply-failed', wwid: lu(7), code: 'DM_IOCTL', message: 'of an unknown unit' });
    expect(told(play)).to.deep.equal([]);
    applied(play);
    expect([play.unit().problem, told(play)]).to.deep.equal([null, []]);
  });

  it('stay asked for while the change waits for storage', () => {
    const play = system();
    play.ask('disable', '2:0:0:0');
    play.feed({ kind: 'apply-failed', wwid: lu(), code: 'APPLY_PENDING', message: 'I/O hangs on device 8:16' });
    expect(told(play)).to.deep.equal([[1009, null, 'I/O hangs on device 8:16']]);
    applied(play);
    expect(told(play)).to.deep.equal([[275, '2:0:0:0', 'disabled']]);
  });

  it('leave a unit an enabled healthy path, unless forced', () => {
    const play = system();
    play.ask('disable', '::1:');
    expect(play.last.refusal?.code).to.equal('UNKNOWN_PATH');
    play.ask('disable', ':0:0:0');
    expect(play.last.refusal?.message).to.equal(
      'Cannot disable ":0:0:0": LogicalUnit #0 would have no enabled healthy path; enable another one first, or use --force',
    );
    expect(play.shown()).to.equal('1>=3 2=2 3=1');
    play.ask('disable', ':0:0:0', true);
    expect(play.shown()).to.equal('1>=3 2@=2 3@=1');
  });

  it('may disable a failed path, also where no healthy one is enabled anyway', () => {
    const play = system();
    play.kernel(map(['1F', '2F', '3F']));
    play.ask('disable', '1:0:0:0');
    expect(play.last.refusal).to.equal(null);
  });
});

describe('-path', () => {
  it('exchanges the priority with the highest one', () => {
    const play = system();
    play.ask('use', '3:0:0:0');
    expect(play.shown()).to.equal('1=1 2=2 3>=3');
    expect(told(play)).to.deep.equal([[264, '3:0:0:0', '3:0:0:0 gets 3']]);
    applied(play);
    expect(told(play)).to.deep.equal([[265, '3:0:0:0', '3:0:0:0 gets 3']]);
  });

  it('enables the path if need be, and says so', () => {
    const play = system();
    play.ask('disable', '3:0:0:0');
    play.ask('use', '3:0:0:0');
    expect(play.shown()).to.equal('1=1 2=2 3>=3');
    expect(play.records[0]?.detail).to.equal('3:0:0:0 gets 3 and is enabled');
    play.ask('disable', '3:0:0:0');
    play.ask('use', '3:0:0:0');
    expect(play.shown()).to.equal('1=1 2=2 3>=3');
  });

  it('balances by hand over all units with a pattern, also where a path is failed for the time being', () => {
    const play = system();
    play.kernel(map(['1', '2F', '3'], {}, 1), 1);
    play.ask('use', '2:::');
    expect([play.shown(0), play.shown(1)]).to.deep.equal(['1=2 2>=3 3=1', '1>=2 2X=3 3=1']);
  });

  it('is refused for a failed path by its full number', () => {
    const play = system();
    play.kernel(map(['1', '2F', '3']));
    play.ask('use', '2:0:0:0');
    expect([play.last.refusal?.code, play.last.refusal?.message]).to.deep.equal([
      'STILL_FAILED',
      'Path 2:0:0:0 cannot be used: it is failed (I/O failed, fail count 1); mend it, then "spscmd failback 2:0:0:0"',
    ]);
  });

  it('is refused where a pattern names several paths of one unit', () => {
    const play = system();
    play.ask('use', ':0:0:0');
    expect(play.last.refusal?.message).to.equal(
      '":0:0:0" must name one path of LogicalUnit #0 and names 1:0:0:0, 2:0:0:0, 3:0:0:0; give one in full',
    );
  });

  it('changes nothing where the path is the highest already', () => {
    const play = system();
    const { state } = play;
    play.ask('use', '1:0:0:0');
    expect([play.state, play.last.effects, play.last.touched]).to.deep.equal([state, [], []]);
  });
});

describe('-swap', () => {
  const swap = (play: Play, first: string, second: string) =>
    play.request({ kind: 'swap', first: sel(first), second: sel(second) });

  it('exchanges two priorities', () => {
    const play = system();
    swap(play, '1:0:0:0', '2:0:0:0');
    expect(play.shown()).to.equal('1=2 2>=3 3=1');
    expect(told(play)).to.deep.equal([[264, '1:0:0:0', '1:0:0:0 and 2:0:0:0 swap 3 and 2']]);
  });

  it('is nothing between a path and itself', () => {
    const play = system();
    expect(swap(play, '1:0:0:0', 'sdb').effects).to.deep.equal([]);
  });

  it('is refused between units, and for a pattern of several paths', () => {
    const play = system();
    expect(swap(play, '1:0:0:0', '2:0:0:1').refusal?.message).to.equal(
      'Cannot swap 1:0:0:0 of LogicalUnit #0 with 2:0:0:1 of LogicalUnit #1: both paths must be of one logical unit',
    );
    expect(swap(play, '1:0:0:0', '2:::').refusal?.code).to.equal('AMBIGUOUS_PATH');
    expect(swap(play, ':0:0:0', '2:0:0:0').refusal?.message).to.equal(
      '":0:0:0" must name one path and names 1:0:0:0, 2:0:0:0, 3:0:0:0; give one in full',
    );
  });
});

describe('-priority', () => {
  const set = (play: Play, path: string, priority: number) =>
    play.request({ kind: 'set-priority', path: sel(path), priority });

  it('sets one priority', () => {
    const play = system();
    set(play, '3:0:0:0', 254);
    expect(play.shown()).to.equal('1=3 2=2 3>=254');
    expect(told(play)).to.deep.equal([[264, '3:0:0:0', '3:0:0:0 from 1 to 254']]);
  });

  it('is nothing where the path has it already', () => {
    expect(set(system(), '3:0:0:0', 1).effects).to.deep.equal([]);
  });

  it('is refused where another path has it, which is named', () => {
    expect(set(system(), '3:0:0:0', 3).refusal?.message).to.equal(
      'Cannot give 3:0:0:0 priority 3: path 1:0:0:0 has it; choose another number, or use swap',
    );
  });

  for (const bad of [0, 255, -1, 1.5, Number.NaN]) {
    it(`is refused for ${String(bad)}`, () => {
      const { refusal } = set(system(), '3:0:0:0', bad);
      expect(refusal?.code).to.equal('BAD_PRIORITY');
      expect(refusal?.message).to.equal(`Priority ${String(bad)} is not an integer from 1 to 254`);
    });
  }

  it('may be the number of a path that is away, which then gets one above the highest', () => {
    const play = system();
    play.gone(2);
    set(play, '3:0:0:0', 2);
    expect(play.unit().remembered[0]?.priority).to.equal(4);
    play.gone(1);
    set(play, '3:0:0:0', 254);
    set(play, '3:0:0:0', 4);
    expect(play.unit().remembered.map((path) => path.priority)).to.deep.equal([5, 3]);
    set(play, '3:0:0:0', 254);
    play.present(facts(1));
    set(play, '1:0:0:0', 5);
    expect(play.unit().remembered.map((path) => path.priority)).to.deep.equal([253]);
  });
});

describe('A request', () => {
  it('is refused as a whole: nothing of it is done', () => {
    const play = system();
    play.present(facts(3, { sizeSectors: sectors(2048) }, 1));
    play.ask('disable', '3:0:0:0');
    play.ask('disable', '2:0:0:0');
    const { state } = play;
    // In unit 1 this would leave two paths, in unit 0 none.
    play.ask('disable', '1:::');
    expect(play.last).to.deep.include({ state, effects: [], touched: [] });
    expect(play.last.refusal?.code).to.equal('LAST_PATH');
  });

  it('escapes what devices call themselves in its records', () => {
    const play = new Play();
    play.present(facts(1, { initiatorPort: 'i\u001b[2J' }));
    expect(play.records[1]?.detail).to.equal('sdb, i\\x1b[2J to t1');
  });
});
