/** What doctor finds: each check in its case, and silence where all is in order. */
import { expect } from 'chai';
import { mapName, mapUuid, sectors, wwid } from '../../../../src/base/ids.js';
import { examine } from '../../../../src/model/doctor/examine.js';
import type { DoctorFacts } from '../../../../src/model/doctor/types.js';
import type { Policy } from '../../../../src/model/types.js';
import { doctorFacts, limits } from '../../../support/doctor-facts.js';
import { facts, lu, map, Play } from '../../../support/model-play.js';
import { disk, patrol, port, rows, settled, two } from './rows.js';

describe('doctor', () => {
  it('finds nothing where all is in order', () => {
    expect(examine(doctorFacts(two()))).to.deep.equal([]);
    expect(examine(doctorFacts(new Play()))).to.deep.equal([]);
  });

  for (const { code, severity, when, facts: make, what, units } of rows) {
    it(`finds "${code}" where ${when}, and nothing else`, () => {
      const found = examine(make());
      expect(found.map((each) => [each.code, each.severity, each.what, each.units])).to.deep.equal([
        [code, severity, what, units ?? [0]],
      ]);
    });
  }

  it('says of each finding what it means and what to do, in whole sentences', () => {
    for (const { means, mend, what } of rows.flatMap((row) => examine(row.facts()))) {
      for (const text of [what, means, mend]) expect(text).to.match(/^\S.*\.$/s);
    }
  });

  it('is silent where there is nothing to compare, or it is meant so', () => {
    const silent: readonly DoctorFacts[] = [
      // A queue-for time equal to the interval, no recovery to wait for, no waiting at all.
      doctorFacts(two({ noPath: { mode: 'queue-for', seconds: 60 } })),
      doctorFacts(two({ noPath: { mode: 'queue' } }), {}, (number) => limits(number, port('rport', 5, 10))),
      doctorFacts(settled({ cluster: true }, { noPath: { mode: 'queue-for', seconds: 9 } }), {}, (number) =>
        limits(number, port('rport', 5, 8)),
      ),
      // What is not known.
      doctorFacts(two(), { limits: new Map() }),
      doctorFacts(two(), {}, (number) =>
        limits(number, {
          adapter: null,
          timeoutSec: null,
          queueDepth: null,
          errorHandlingSec: null,
          remotePort: { name: 'rport', fastIoFailSec: 5, devLossSec: null },
          session: { name: 'session', recoverySec: null },
        }),
      ),
      doctorFacts(two(), {}, (number) => limits(number, { session: { name: 'session', recoverySec: 5 } })),
      doctorFacts(
        Play.withPaths(
          [1, 2].map((number) => facts(number, { transport: 'iscsi', initiatorPort: 'iqn.2001-04.com:host' })),
          map(['1 2']),
        ),
      ),
      // Lone disks, and a map that is being changed.
      doctorFacts(two(), {
        leftAlone: [
          disk(3, 'in-use', 'mounted'),
          disk(4, 'excluded', 'rule', wwid('3ee')),
          disk(5, 'single-path', 'one'),
        ],
      }),
      doctorFacts(two(), { maps: [map(['1 2'], { suspended: true })], inWork: new Set([lu()]) }),
    ];
    for (const each of silent) expect(examine(each)).to.deep.equal([]);
    const noRecovery = settled(patrol({ recoveryCheck: false }), { noPath: { mode: 'queue-for', seconds: 9 } });
    expect(examine(doctorFacts(noRecovery)).map(({ code }) => code)).to.deep.equal(['recovery-check-off']);
  });

  it('does not tell of one card where it has told of one host, nor of failed paths where none is left', () => {
    const host = doctorFacts(two(), {}, (number) => limits(number, { host: 'host3', adapter: 'card' }));
    expect(examine(host).map(({ code }) => code)).to.deep.equal(['one-host']);
  });

  it('tells of many units in one finding, the first of them by name', () => {
    const play = new Play();
    for (let index = 0; index < 8; index += 1) play.present(facts(1, {}, index));
    const [found] = examine(doctorFacts(play)).filter(({ code }) => code === 'one-path');
    expect(found?.what).to.equal(
      'There is only one path to logical units #0 (lu0), #1 (lu1), #2 (lu2), #3 (lu3), #4 (lu4), #5 (lu5) and 2 more.',
    );
    expect(found?.units).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('tells the gravest first', () => {
    const play = settled(patrol({ healthCheck: false, recoveryCheck: false }));
    play.kernel(map(['1F1 2F1']));
    expect(examine(doctorFacts(play)).map(({ severity }) => severity)).to.deep.equal(['error', 'warning', 'info']);
  });

  it('names what the kernel has in place of a missing selector', () => {
    const without = (selectors: Policy['selectors']): string | undefined => {
      const play = two();
      play.state = { ...play.state, policy: { ...play.state.policy, selectors, initial: 'manual' } };
      return examine(doctorFacts(play))[0]?.means;
    };
    expect(without(['round-robin'])).to.include('(the kernel has round robin)');
    expect(without([])).to.include('(the kernel has none)');
  });

  it('tells both ways of dev_loss_tmo', () => {
    const mixed = doctorFacts(two(), {}, (number) =>
      limits(number, port(`rport-${String(number)}`, null, number === 1 ? null : 90)),
    );
    expect(examine(mixed)[0]?.means).to.include('(dev_loss_tmo, off or 90 s)');
  });

  it('names a map of nobody that is suspended, and no unit', () => {
    const stray = map(['1'], { name: mapName('mpathz'), uuid: mapUuid(wwid('3dd')), suspended: true });
    const found = examine(doctorFacts(two(), { maps: [stray] })).map(({ code, units }) => [code, units]);
    expect(found).to.deep.equal([
      ['suspended-map', []],
      ['stray-map', []],
    ]);
  });

  it('finds no unit for a refused disk of one that is not known', () => {
    const play = two();
    play.present(facts(3, { sizeSectors: sectors(4096) }));
    const found = examine({ ...doctorFacts(play), state: { ...play.state, units: new Map() } });
    expect(found.map(({ code, units }) => [code, units])).to.deep.include(['refused-path', []]);
  });
});
