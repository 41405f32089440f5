/** Every state of a path against everything that can happen to it, the rows where nothing happens included. */
import { expect } from 'chai';
import type { MapFacts } from '../../../src/base/map-facts.js';
import { dev, facts, group, lostPort, lu, map, Play, rport } from '../../support/model-play.js';

/** Port 1 is the path that things happen to. Not balanced: one path carries the I/O. */
const unit = (first: number, second: number): Play =>
  Play.withPaths([facts(first), facts(second)], map([String(first), String(second)]), { selectors: ['round-robin'] });

const starts: Readonly<Record<string, () => Play>> = {
  'in use': () => unit(1, 2),
  active: () => unit(2, 1),
  standby: () => {
    const play = unit(2, 1);
    play.ask('disable', '1:0:0:0');
    play.kernel(map(['2', group('1', { state: 'bypassed' })]));
    play.feed({ kind: 'applied', wwid: lu() });
    return play;
  },
  failed: () => after(unit(1, 2), (play) => play.kernel(map(['1F', '2']))),
  'last, in use': () => after(unit(1, 2), (play) => play.kernel(map(['1', '2F']))),
  suspected: () => {
    const play = unit(1, 2);
    play.kernel(map(['1', '2F']));
    play.probed(1, 'down');
    return play;
  },
  'the last to fail': () => {
    const play = unit(1, 2);
    play.kernel(map(['1', '2F']));
    play.kernel(map(['1F', '2F']));
    return play;
  },
  reinstating: () => {
    const play = unit(1, 2);
    play.kernel(map(['1F', '2']));
    play.probed(1, 'up');
    return play;
  },
};

const events: Readonly<Record<string, (play: Play) => unknown>> = {
  'the kernel says failed': (play) => play.kernel(marked(play, true, 1)),
  'the kernel says the same failure': (play) => play.kernel(marked(play, true, 0)),
  'the kernel says active': (play) => play.kernel(marked(play, false, 0)),
  'the kernel has no map': (play) => play.kernel(null),
  'probe up': (play) => play.probed(1, 'up'),
  'probe down': (play) => play.probed(1, 'down'),
  'probe standby': (play) => play.probed(1, 'standby'),
  'probe retry': (play) => play.probed(1, 'retry'),
  'probe ignore': (play) => play.probed(1, 'ignore'),
  'port lost': (play) => play.port(lostPort(1)),
  'port appears': (play) => play.port(rport(1)),
  'device offline': (play) => play.present(facts(1, { state: 'offline' })),
  'device blocked': (play) => play.present(facts(1, { state: 'blocked' })),
  'device as before': (play) => play.present(facts(1)),
  'port group standby': (play) =>
    play.feed({ kind: 'access-states', wwid: lu(), groups: [{ id: 1, state: 'standby' }] }),
  gone: (play) => play.gone(1),
  enable: (play) => play.ask('enable', '1:0:0:0'),
  disable: (play) => play.ask('disable', '1:0:0:0'),
  'disable, forced': (play) => play.ask('disable', '1:0:0:0', true),
  use: (play) => play.ask('use', '1:0:0:0'),
  failback: (play) => play.ask('failback', '1:0:0:0'),
  applied: (play) => play.feed({ kind: 'applied', wwid: lu() }),
  'apply failed': (play) =>
    play.feed({ kind: 'apply-failed', wwid: lu(), code: 'DM_IOCTL', message: 'kernel returned EBUSY' }),
  tick: (play) => play.feed({ kind: 'tick' }),
};

/**
 * event, then: shown states as "port symbol = priority", "=" where they stay, "-" where the state is the same object, or
 * the code of a refusal | records | what the controller must do.
 */
const table = `
in use: 1>=2 2=1
  the kernel says failed             1X=2 2>=1 | 270 257 258 278 | apply
  the kernel says the same failure   1X=2 2>=1 | 270 257 258 278 | apply
  the kernel says active             - | |
  the kernel has no map              = | | apply
  probe up                           = | |
  probe down                         1X=2 2>=1 | 271 257 258 278 | fail 8:16 in lu0, apply
  probe standby                      1=2 2>=1 | | apply
  probe retry                        = | |
  probe ignore                       - | |
  port lost                          1X=2 2>=1 | 1029 1005 257 258 278 | fail 8:16 in lu0, apply
  port appears                       = | | set rport-1:0-0 fast 0, save
  device offline                     1X=2 2>=1 | 1005 257 258 278 | fail 8:16 in lu0, apply
  device blocked                     = | |
  device as before                   - | |
  port group standby                 1=2 2>=1 | | apply
  gone                               2>=1 | 274 257 258 278 | apply
  enable                             - | |
  disable                            1@=2 2>=1 | | apply, save
  disable, forced                    1@=2 2>=1 | | apply, save
  use                                - | |
  failback                           PATH_NOT_FAILED | |
  applied                            - | |
  apply failed                       = | 1009 |
  tick                               - | |

active: 2>=2 1=1
  the kernel says failed             2>=2 1X=1 | 270 278 | apply
  the kernel says the same failure   2>=2 1X=1 | 270 278 | apply
  the kernel says active             - | |
  the kernel has no map              = | | apply
  probe up                           = | |
  probe down                         2>=2 1X=1 | 271 278 | fail 8:16 in lu0, apply
  probe standby                      = | | apply
  probe retry                        = | |
  probe ignore                       - | |
  port lost                          2>=2 1X=1 | 1029 1005 278 | fail 8:16 in lu0, apply
  port appears                       = | | set rport-1:0-0 fast 0, save
  device offline                     2>=2 1X=1 | 1005 278 | fail 8:16 in lu0, apply
  device blocked                     = | |
  device as before                   - | |
  port group standby                 = | | apply
  gone                               2>=2 | 274 278 | apply
  enable                             - | |
  disable                            2>=2 1@=1 | | apply, save
  disable, forced                    2>=2 1@=1 | | apply, save
  use                                2=1 1>=2 | 264 | apply, save
  failback                           PATH_NOT_FAILED | |
  applied                            - | |
  apply failed                       = | 1009 |
  tick                               - | |

standby: 2>=2 1@=1
  the kernel says failed             2>=2 1X=1 | 270 278 | apply
  the kernel says the same failure   2>=2 1X=1 | 270 278 | apply
  the kernel says active             - | |
  the kernel has no map              = | | apply
  probe up                           = | |
  probe down                         2>=2 1X=1 | 271 278 | fail 8:16 in lu0, apply
  probe standby                      = | |
  probe retry                        = | |
  probe ignore                       - | |
  port lost                          2>=2 1X=1 | 1029 1005 278 | fail 8:16 in lu0, apply
  port appears                       = | | set rport-1:0-0 fast 0, save
  device offline                     2>=2 1X=1 | 1005 278 | fail 8:16 in lu0, apply
  device blocked                     = | |
  device as before                   - | |
  port group standby                 = | |
  gone                               2>=2 | 274 278 | apply
  enable                             2>=2 1=1 | | apply, save
  disable                            - | |
  disable, forced                    - | |
  use                                2=1 1>=2 | 264 | apply, save
  failback                           PATH_NOT_FAILED | |
  applied                            - | |
  apply failed                       = | 1009 |
  tick                               - | |

failed: 1X=2 2>=1
  the kernel says failed             = | |
  the kernel says the same failure   - | |
  the kernel says active             = | | apply, probe 1 suspect
  the kernel has no map              = | | apply
  probe up                           1>=2 2=1 | 272 | reinstate 8:16 in lu0, apply
  probe down                         = | |
  probe standby                      = | |
  probe retry                        = | |
  probe ignore                       - | |
  port lost                          = | 1029 |
  port appears                       = | | set rport-1:0-0 fast 0, save
  device offline                     = | |
  device blocked                     = | |
  device as before                   - | |
  port group standby                 = | | apply
  gone                               2>=1 | 274 | apply
  enable                             - | |
  disable                            = | | apply, save
  disable, forced                    = | | apply, save
  use                                STILL_FAILED | |
  failback                           = | 261 | probe 1 failback
  applied                            - | |
  apply failed                       = | 1009 |
  tick                               - | |

last, in use: 1>=2 2X=1
  the kernel says failed             1X=2 2X=1 | 270 257 259 1006 | apply, probe 1 no-path, probe 2 no-path, wake 1000100
  the kernel says the same failure   1X=2 2X=1 | 270 257 259 1006 | apply, probe 1 no-path, probe 2 no-path, wake 1000100
  the kernel says active             - | |
  the kernel has no map              = | | apply
  probe up                           = | |
  probe down                         = | |
  probe standby                      = | | apply
  probe retry                        = | |
  probe ignore                       - | |
  port lost                          = | 1029 |
  port appears                       = | | set rport-1:0-0 fast 5, save
  device offline                     = | |
  device blocked                     = | |
  device as before                   - | |
  port group standby                 = | | apply
  gone                               2X=1 | 274 257 259 1006 | apply, probe 2 no-path, wake 1000100
  enable                             - | |
  disable                            LAST_PATH | |
  disable, forced                    = | | apply, save
  use                                - | |
  failback                           PATH_NOT_FAILED | |
  applied                            - | |
  apply failed                       = | 1009 |
  tick                               - | |

suspected: 1>=2 2X=1
  the kernel says failed             1X=2 2X=1 | 270 257 259 1006 | apply, probe 1 no-path, probe 2 no-path, wake 1000100
  the kernel says the same failure   1X=2 2X=1 | 270 257 259 1006 | apply, probe 1 no-path, probe 2 no-path, wake 1000100
  the kernel says active             - | |
  the kernel has no map              = | | apply
  probe up                           = | |
  probe down                         = | |
  probe standby                      = | | apply
  probe retry                        = | |
  probe ignore                       - | |
  port lost                          = | 1029 |
  port appears                       = | | set rport-1:0-0 fast 5, save
  device offline                     = | |
  device blocked                     = | |
  device as before                   - | |
  port group standby                 = | | apply
  gone                               2X=1 | 274 257 259 1006 | apply, probe 2 no-path, wake 1000100
  enable                             - | |
  disable                            LAST_PATH | |
  disable, forced                    = | | apply, save
  use                                - | |
  failback                           PATH_NOT_FAILED | |
  applied                            - | |
  apply failed                       = | 1009 |
  tick                               - | |

the last to fail: 1X=2 2X=1
  the kernel says failed             = | |
  the kernel says the same failure   - | |
  the kernel says active             1>=2 2X=1 | 272 273 1007 | apply, probe 1 suspect
  the kernel has no map              = | | apply
  probe up                           1>=2 2X=1 | 272 1007 | reinstate 8:16 in lu0, apply
  probe down                         = | |
  probe standby                      = | |
  probe retry                        = | |
  probe ignore                       - | |
  port lost                          = | 1029 |
  port appears                       = | | set rport-1:0-0 fast 5, save
  device offline                     = | |
  device blocked                     = | |
  device as before                   - | |
  port group standby                 = | | apply
  gone                               2X=1 | 274 | apply
  enable                             - | |
  disable                            = | | apply, save
  disable, forced                    = | | apply, save
  use                                STILL_FAILED | |
  failback                           = | 261 | probe 1 failback
  applied                            - | |
  apply failed                       = | 1009 |
  tick                               - | | wake 1000100

reinstating: 1>=2 2=1
  the kernel says failed             1X=2 2>=1 | 270 257 258 278 | apply
  the kernel says the same failure   = | |
  the kernel says active             = | 273 |
  the kernel has no map              = | | apply
  probe up                           = | |
  probe down                         1X=2 2>=1 | 271 257 258 278 | apply
  probe standby                      1=2 2>=1 | | apply
  probe retry                        = | |
  probe ignore                       - | |
  port lost                          1X=2 2>=1 | 1029 1005 257 258 278 | apply
  port appears                       = | | set rport-1:0-0 fast 0, save
  device offline                     1X=2 2>=1 | 1005 257 258 278 | apply
  device blocked                     = | |
  device as before                   - | |
  port group standby                 1=2 2>=1 | | apply
  gone                               2>=1 | 274 257 258 278 | apply
  enable                             - | |
  disable                            1@=2 2>=1 | | apply, save
  disable, forced                    1@=2 2>=1 | | apply, save
  use                                - | |
  failback                           PATH_NOT_FAILED | |
  applied                            - | |
  apply failed                       1X=2 2>=1 | 1009 270 257 258 278 | apply
  tick                               - | |
`;

describe('A path', () => {
  for (const [start, rows] of sections(table)) {
    const begin = starts[start];
    for (const row of rows) {
      const [event = '', expected = ''] = row.split(/ {2,}/);
      it(`${start}: ${event}`, () => {
        const play = begin?.() ?? new Play();
        expect(happens(play, event)).to.equal(expected);
      });
    }
  }

  it('is tried in every state with every event', () => {
    const pairs = [...sections(table)].flatMap(([start, rows]) =>
      rows.map((row) => `${start}: ${row.split(/ {2,}/)[0] ?? ''}`),
    );
    const wanted = Object.keys(starts).flatMap((start) => Object.keys(events).map((event) => `${start}: ${event}`));
    expect(pairs).to.deep.equal(wanted);
  });
});

function happens(play: Play, event: string): string {
  const [before, shown] = [play.state, play.shown()];
  events[event]?.(play);
  const stays = play.state === before ? '-' : '=';
  const states = play.last.refusal?.code ?? (play.shown() === shown ? stays : play.shown());
  return `${states} | ${play.ids.join(' ')} | ${play.does.join(', ')}`.replace(/ {2}/g, ' ').trim();
}

function sections(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let rows: string[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    if (line.startsWith(' ')) rows.push(line.trim());
    else found.set(line.split(':')[0] ?? '', (rows = []));
  }
  return found;
}

/** The last report with port 1 as given, its fail count risen by `rise`. */
function marked(play: Play, failed: boolean, rise: number): MapFacts {
  const last = play.unit().map ?? map(['1', '2']);
  return {
    ...last,
    groups: last.groups.map((each) => ({
      ...each,
      paths: each.paths.map((path) =>
        path.devT === dev(1) ? { ...path, failed, failCount: path.failCount + rise } : path,
      ),
    })),
  };
}

function after(play: Play, act: (play: Play) => unknown): Play {
  act(play);
  return play;
}
