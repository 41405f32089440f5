/** What an operator asks of reservations: what becomes of it, and what stands against it. */
import { expect } from 'chai';
import { asPathManagerError, type ErrorCode } from '../../../../src/base/errors.js';
import { askedAction, orderPaths } from '../../../../src/model/reservations/asked.js';
import type {
  ReservationAction,
  ReservationRequest,
  ReservationStatus,
} from '../../../../src/model/reservations/types.js';
import { loses, other, own, registers } from '../../../support/key-play.js';
import { facts, map, Play } from '../../../support/model-play.js';

const plain = { selectors: ['round-robin' as const, 'queue-length' as const] };
const bare = (): Play => Play.withPaths([facts(1), facts(2)], map(['1', '2']), plain);
const alone = (): Play => {
  const play = Play.withPaths([facts(1)], map(['1']));
  registers(play, [1]);
  return play;
};
const keyed = (): Play => {
  const play = bare();
  registers(play, [1, 2]);
  return play;
};
const balanced = (): Play => {
  const play = Play.withPaths([facts(1), facts(2)], map(['1 2']));
  registers(play, [1, 2]);
  return play;
};
const lost = (): Play => {
  const play = keyed();
  loses(play);
  return play;
};

type Asked = Omit<ReservationRequest, 'unit'>;
const ask = (play: Play, asked: Asked, held: ReservationStatus['reservation'] = null): ReservationAction | null =>
  askedAction(play.unit(), { unit: '#0', ...asked }, held);

const one = 'write-exclusive';
const some = 'write-exclusive-registrants-only';
const all = 'exclusive-access-all-registrants';

describe('What is asked of reservations', () => {
  const rows: readonly (readonly [string, () => Play, Asked, ReservationAction | null])[] = [
    ['reads without a key', bare, { action: 'read' }, { kind: 'read' }],
    ['registers the first key', bare, { action: 'register', key: 'A1' }, register({})],
    [
      'replaces the key',
      keyed,
      { action: 'register', key: '0xb2', persist: true, allTargetPorts: true, ignoreExisting: true },
      register({ key: other, previous: own, persist: true, allTargetPorts: true, ignoreExisting: true }),
    ],
    ['replaces none that was taken away', lost, { action: 'register', key: '0xa1' }, register({})],
    ['gives the key up', keyed, { action: 'unregister' }, { kind: 'unregister', key: own }],
    ['gives up one that was taken away', lost, { action: 'unregister', key: '0xa1' }, { kind: 'unregister', key: own }],
    ['clears', keyed, { action: 'clear' }, { kind: 'clear', key: own }],
    ['reserves', keyed, { action: 'reserve', type: some }, { kind: 'reserve', key: own, type: some }],
    [
      'reserves for one path where there is one',
      alone,
      { action: 'reserve', type: one },
      { kind: 'reserve', key: own, type: one },
    ],
    [
      'reserves for one path of several by force',
      keyed,
      { action: 'reserve', type: one, force: true },
      { kind: 'reserve', key: own, type: one },
    ],
    ['releases what is named', keyed, { action: 'release', type: one }, { kind: 'release', key: own, type: one }],
    ['releases nothing where nothing is held', keyed, { action: 'release' }, null],
    ['takes a key away', keyed, { action: 'preempt', victim: 'b2', type: some }, preempt(false)],
    [
      'takes it away and ends what it does',
      balanced,
      { action: 'preempt-abort', victim: 'b2', type: some },
      preempt(true),
    ],
    [
      'takes all keys away',
      keyed,
      { action: 'preempt', type: all },
      { kind: 'preempt', key: own, victim: null, type: all, abort: false },
    ],
  ];
  for (const [what, play, asked, action] of rows) {
    it(what, () => expect(ask(play(), asked)).to.deep.equal(action));
  }

  it('releases what is held, by this node or by all', () => {
    for (const key of [own, null]) {
      expect(ask(keyed(), { action: 'release' }, { key, type: all })).to.deep.equal({
        kind: 'release',
        key: own,
        type: all,
      });
    }
  });

  const refusals: readonly (readonly [string, () => Play, Asked, ErrorCode, RegExp])[] = [
    ['a register without a key', bare, { action: 'register' }, 'BAD_REQUEST', /no key is given/],
    ['a key of zero', bare, { action: 'register', key: '0x0' }, 'BAD_RESERVATION_KEY', /zero/],
    [
      'anything that needs a key before there is one',
      bare,
      { action: 'clear' },
      'NO_RESERVATION_KEY',
      /register one first/,
    ],
    [
      'a key that is not the one of this node',
      keyed,
      { action: 'unregister', key: 'b2' },
      'RESERVATION_CONFLICT',
      /0x0{14}a1, not 0x0{14}b2/,
    ],
    ['a reserve without a type', keyed, { action: 'reserve' }, 'BAD_REQUEST', /no type is given/],
    [
      'a type of one path where there are several',
      keyed,
      { action: 'reserve', type: one },
      'RESERVATION_UNSUPPORTED',
      /or use --force$/,
    ],
    [
      'it on a balanced unit, also by force',
      balanced,
      { action: 'reserve', type: one, force: true },
      'RESERVATION_UNSUPPORTED',
      /it is balanced/,
    ],
    [
      'it by taking a key away',
      keyed,
      { action: 'preempt', victim: 'b2', type: 'exclusive-access' },
      'RESERVATION_UNSUPPORTED',
      /exclusive-access one path/,
    ],
    ['its own key as the victim', keyed, { action: 'preempt', victim: 'a1', type: some }, 'BAD_REQUEST', /own key/],
    ['no victim where not all hold it', keyed, { action: 'preempt', type: some }, 'BAD_REQUEST', /--victim/],
    [
      'a reserve after the key was taken away',
      lost,
      { action: 'reserve', type: some },
      'KEY_TAKEN_AWAY',
      /was taken away/,
    ],
    ['a release after that', lost, { action: 'release', type: some }, 'KEY_TAKEN_AWAY', /was taken away/],
    ['a preempt after that', lost, { action: 'preempt', victim: 'b2', type: some }, 'KEY_TAKEN_AWAY', /was taken away/],
  ];
  for (const [what, play, asked, code, text] of refusals) {
    it(`refuses ${what}`, () => {
      const error = refusalOf(() => ask(play(), asked));
      expect(error.code).to.equal(code);
      expect(error.message).to.match(text);
      if (code !== 'BAD_RESERVATION_KEY') expect(error.message).to.match(/^Cannot .* LogicalUnit #0: /);
    });
  }

  it('refuses to release what another node holds', () => {
    const error = refusalOf(() => ask(keyed(), { action: 'release' }, { key: other, type: some }));
    expect([error.code, error.message]).to.deep.equal([
      'RESERVATION_CONFLICT',
      `Cannot release LogicalUnit #0: key ${other} holds the reservation (${some})`,
    ]);
  });
});

describe('The paths of an order', () => {
  it('are all of the unit, and say which carry I/O; one that is to join comes first', () => {
    const play = keyed();
    play.kernel(map(['1', '2F1']));
    play.present(facts(3, { sg: null }));
    expect(orderPaths(play.unit()).map(({ number, sg, usable }) => [number, sg, usable])).to.deep.equal([
      ['1:0:0:0', 'sg1', true],
      ['2:0:0:0', 'sg2', false],
      ['3:0:0:0', null, false],
    ]);
    const order = orderPaths(play.unit(), play.path(3)).map(({ number }) => number);
    expect(order).to.deep.equal(['3:0:0:0', '1:0:0:0', '2:0:0:0']);
  });
});

function register(changes: Partial<Extract<ReservationAction, { kind: 'register' }>>): ReservationAction {
  const options = { ignoreExisting: false, persist: false, allTargetPorts: false };
  return { kind: 'register', key: own, previous: null, ...options, ...changes };
}

function preempt(abort: boolean): ReservationAction {
  return { kind: 'preempt', key: own, victim: other, type: some, abort };
}

function refusalOf(act: () => unknown): ReturnType<typeof asPathManagerError> {
  try {
    act();
  } catch (error) {
    return asPathManagerError(error);
  }
  throw new Error('nothing was refused');
}
