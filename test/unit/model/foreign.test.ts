/** A path that leads to another logical unit all at once: the array has mapped another volume there. */
import { expect } from 'chai';
import { dev, facts, lu, map, Play } from '../../support/model-play.js';

const plain = { selectors: ['round-robin' as const] };
const two = (): Play => Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);

function remapped(play: Play): void {
  play.feed({ kind: 'path-gone', devT: dev(1), reason: 'identity-changed', from: lu(0), to: lu(1) });
}

describe('A path that leads to another logical unit', () => {
  it('is failed in the map before anything else, with an error event', () => {
    const play = two();
    remapped(play);
    expect(play.does).to.deep.equal(
      [`fail ${dev(1)} in lu0`, 'apply', 'save'].filter((each) => play.does.includes(each)),
    );
    expect(play.does[0]).to.equal(`fail ${dev(1)} in lu0`);
    expect(play.ids.slice(0, 2)).to.deep.equal([1036, 274]);
    expect(play.records[0]).to.include({ path: '1:0:0:0', detail: `sdb leads to WWID ${lu(1)}` });
    expect(play.shown()).to.equal('2>=1');
  });

  it('is failed also where it is the last one: its I/O belongs to another volume', () => {
    const play = Play.withPaths([facts(1)], map(['1']), plain);
    remapped(play);
    expect(play.does[0]).to.equal(`fail ${dev(1)} in lu0`);
    expect(play.unit().pathlessSince).to.equal(play.at);
  });

  it('is the same where discovery shows the device as another path at once', () => {
    const play = two();
    play.present(facts(1, { wwid: lu(1), key: facts(1, {}, 1).key }));
    expect([play.does[0], play.ids[0]]).to.deep.equal([`fail ${dev(1)} in lu0`, 1036]);
    expect(play.unit(1).paths).to.have.length(1);
    const whole = two();
    whole.feed({ kind: 'inventory', paths: [facts(1, { wwid: lu(1) }), facts(2)], maps: [map(['1', '2'])] });
    expect([whole.does[0], whole.ids.includes(1036)]).to.deep.equal([`fail ${dev(1)} in lu0`, true]);
  });

  it('is failed once more where a table that was under way brings it back', () => {
    const play = two();
    remapped(play);
    play.kernel(map(['1F', '2']));
    expect(play.does).to.not.include(`fail ${dev(1)} in lu0`);
    play.kernel(map(['2', '1']));
    expect(play.does[0]).to.equal(`fail ${dev(1)} in lu0`);
    play.feed({ kind: 'applied', wwid: lu() });
    expect(play.unit().foreign).to.deep.equal([dev(1)]);
    play.kernel(map(['2']));
    play.feed({ kind: 'applied', wwid: lu() });
    expect(play.unit().foreign).to.deep.equal([]);
  });

  it('needs no message where there is no map, and none where the map has it failed or has not got it', () => {
    for (const kernel of [null, map(['1F', '2']), map(['2'])]) {
      const play = Play.withPaths([facts(1), facts(2)], kernel, plain);
      remapped(play);
      expect(play.does.filter((each) => each.startsWith('fail'))).to.deep.equal([]);
      expect(play.ids[0]).to.equal(1036);
    }
  });

  it('is a path again where the array has taken it back', () => {
    const play = two();
    remapped(play);
    play.present(facts(1));
    expect(play.unit().foreign).to.deep.equal([]);
    expect(play.unit().paths).to.have.length(2);
  });

  it('says nothing of a device that is no path', () => {
    const play = two();
    const { state } = play;
    play.feed({ kind: 'path-gone', devT: dev(9), reason: 'identity-changed', from: lu(0), to: lu(1) });
    expect(play.state).to.equal(state);
  });

  it('is no other logical unit where only its place has changed', () => {
    const play = two();
    play.present(facts(1, { key: facts(3).key }));
    expect(play.ids).to.not.include(1036);
  });
});
