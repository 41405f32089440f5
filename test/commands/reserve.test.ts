import { expect } from 'chai';
import type { ReservationView } from '../../src/model/reservations/types.js';
import { withApi } from '../support/api-double.js';
import { expectGolden } from '../support/golden.js';
import { otherKey, ownKey, reservationStatus, reservationView } from '../support/reservations.js';
import { spscmd } from '../support/spscmd.js';
import { path, unit } from '../support/views.js';

const type = 'write-exclusive-registrants-only';

/** Words after "reserve", and the body that they must become. */
const requests: readonly (readonly [words: readonly string[], body: Readonly<Record<string, unknown>>])[] = [
  [['register', 'lu0', '--key', '1A'], { unit: 'lu0', action: 'register', key: ownKey }],
  [
    ['register', '0', '--key=0x1a', '--persist', '--all-target-ports', '--ignore-existing', '--force'],
    {
      ...{ unit: '#0', action: 'register', key: ownKey },
      ...{ persist: true, allTargetPorts: true, ignoreExisting: true, force: true },
    },
  ],
  [['unregister', '#3'], { unit: '#3', action: 'unregister' }],
  [['unregister', 'sdc', '--key', '1a'], { unit: 'sdc', action: 'unregister', key: ownKey }],
  [['reserve', '4:0:0:0', '--type', type], { unit: '4:0:0:0', action: 'reserve', type }],
  [['reserve', 'lu0', '--type', '5'], { unit: 'lu0', action: 'reserve', type }],
  [
    ['reserve', 'lu0', '--type', '3', '--force'],
    { unit: 'lu0', action: 'reserve', type: 'exclusive-access', force: true },
  ],
  [['release', 'lu0'], { unit: 'lu0', action: 'release' }],
  [
    ['preempt', 'lu0', '--victim', 'abcdef0123456789', '--type', type],
    { unit: 'lu0', action: 'preempt', victim: otherKey, type },
  ],
  [
    ['preempt-abort', 'lu0', '--type', 'write-exclusive-all-registrants'],
    { unit: 'lu0', action: 'preempt-abort', type: 'write-exclusive-all-registrants' },
  ],
  [['clear', 'lu0'], { unit: 'lu0', action: 'clear' }],
];

const wrongKey = (text: string, why: string): string =>
  `Reservation key "${text}" is ${why}; give 1 to 16 hexadecimal digits, as 0x1234abcd`;
const help = 'see "spscmd reserve --help"';

/** Wrong command lines, each with the line that must answer it. */
const wrong: readonly (readonly [words: readonly string[], message: string])[] = [
  [['read'], `Missing LU-OR-PATH; ${help}`],
  [
    ['reed', 'lu0'],
    `"reed" is no action; give one of read, register, unregister, reserve, release, preempt, preempt-abort, clear; ${help}`,
  ],
  [
    ['toString', 'lu0'],
    `"toString" is no action; give one of read, register, unregister, reserve, release, preempt, preempt-abort, clear; ${help}`,
  ],
  [['register', 'lu0'], `"register" needs --key; ${help}`],
  [['register', 'lu0', '--key', '0'], wrongKey('0', 'zero, which stands for no key')],
  [
    ['register', 'lu0', '--key', '0x00000000000000000'],
    wrongKey('0x00000000000000000', 'zero, which stands for no key'),
  ],
  [['register', 'lu0', '--key', '12345678123456781'], wrongKey('12345678123456781', 'longer than 8 bytes')],
  [['register', 'lu0', '--key', 'mine'], wrongKey('mine', 'not hexadecimal digits')],
  [['register', 'lu0', '--key', '1', '--type', '5'], `Option --type does not go with "register"; ${help}`],
  [['read', 'lu0', '--key', '1'], `Option --key does not go with "read"; ${help}`],
  [['clear', 'lu0', '--fields'], `Option --fields does not go with "clear"; ${help}`],
  [['reserve', 'lu0'], `"reserve" needs --type; ${help}`],
  [
    ['reserve', 'lu0', '--type', '4'],
    '"4" is not a type of reservation; give one of write-exclusive (1), exclusive-access (3), write-exclusive-registrants-only (5), exclusive-access-registrants-only (6), write-exclusive-all-registrants (7), exclusive-access-all-registrants (8)',
  ],
  [['reserve', 'lu0', '--type', type, '--persist'], `Option --persist does not go with "reserve"; ${help}`],
  [['preempt', 'lu0', '--victim', '1'], `"preempt" needs --type; ${help}`],
  [
    ['preempt-abort', 'lu0', '--type', type],
    `"preempt-abort" needs --victim, the key to take away; only with the all-registrants types it may be left out; ${help}`,
  ],
  [['preempt', 'lu0', '--type', type, '--victim', '0'], wrongKey('0', 'zero, which stands for no key')],
  [
    ['preempt', 'lu0', '--type', type, '--victim', '1a', '--key', '0x001A'],
    `"preempt" takes away the key of another node, and ${ownKey} is given as this node's own; ${help}`,
  ],
];

async function printed(reservation: ReservationView, ...words: readonly string[]): Promise<string> {
  let text = '';
  await withApi({ reservation }, async ({ runDir }) => {
    const { status, stdout, stderr } = await spscmd(['reserve', ...words, '--run-dir', runDir]);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    text = stdout;
  });
  return text;
}

describe('spscmd reserve', () => {
  for (const [words, body] of requests) {
    it(`sends "${words.join(' ')}" and prints nothing`, async () => {
      await withApi({ reservation: reservationView() }, async ({ runDir, changes }) => {
        const outcome = await spscmd(['reserve', ...words, '--run-dir', runDir]);
        expect(outcome).to.deep.equal({ status: 0, stdout: '', stderr: '' });
        expect(changes).to.deep.equal([{ request: 'POST /v1/reservations', body }]);
      });
    });
  }

  for (const [words, message] of wrong) {
    it(`answers "${words.join(' ')}" with one line and status 2, and sends nothing`, async () => {
      await withApi({}, async ({ runDir, changes }) => {
        const outcome = await spscmd(['reserve', ...words, '--run-dir', runDir]);
        expect(outcome).to.deep.equal({ status: 2, stdout: '', stderr: `spscmd: ${message}\n` });
        expect(changes).to.deep.equal([]);
      });
    });
  }

  it('names the paths that were not registered, though it is done', async () => {
    const paths: ReservationView['paths'] = [
      { number: '4:0:0:0', result: 'registered', detail: '' },
      { number: '5:0:1:0', result: 'failed', detail: 'it did not answer within \u001b30 s' },
      { number: '6:0:1:0', result: 'other-key', detail: '' },
    ];
    await withApi({ reservation: reservationView({ paths }) }, async ({ runDir }) => {
      const outcome = await spscmd(['reserve', 'register', 'lu0', '--key', '1a', '--run-dir', runDir]);
      expect(outcome).to.deep.equal({
        status: 0,
        stdout: '',
        stderr:
          'spscmd: Path 5:0:1:0 is not registered: it did not answer within \\x1b30 s\n' +
          'spscmd: Path 6:0:1:0 is not registered: it is registered with another key\n',
      });
    });
  });

  it('names the paths that may still be registered after they were to be taken off', async () => {
    const paths: ReservationView['paths'] = [
      { number: '4:0:0:0', result: 'unregistered', detail: '' },
      { number: '5:0:1:0', result: 'failed', detail: '' },
    ];
    await withApi({ reservation: reservationView({ key: null, paths }) }, async ({ runDir }) => {
      const { status, stderr } = await spscmd(['reserve', 'unregister', 'lu0', '--run-dir', runDir]);
      expect({ status, stderr }).to.deep.equal({
        status: 0,
        stderr: 'spscmd: Path 5:0:1:0 may still be registered: it does not answer\n',
      });
    });
  });

  it('passes on in one line what stands against it, with status 1', async () => {
    const message = 'Cannot reserve "lu0": key 0xabcdef0123456789 holds it as exclusive-access';
    await withApi({ refusal: { status: 409, code: 'RESERVATION_CONFLICT', message } }, async ({ runDir }) => {
      const outcome = await spscmd(['reserve', 'reserve', 'lu0', '--type', type, '--run-dir', runDir]);
      expect(outcome).to.deep.equal({ status: 1, stdout: '', stderr: `spscmd: ${message}\n` });
    });
  });

  it('gives the answer with --json', async () => {
    const view = reservationView({ status: reservationStatus() });
    expect(JSON.parse(await printed(view, 'read', 'lu0', '--json'))).to.deep.equal(view);
  });
});

describe('spscmd reserve read', () => {
  const bare = { generation: 0, keys: [], reservation: null, capabilities: null, registrants: null };

  for (const [name, view] of [
    ['full', reservationView({ status: reservationStatus() })],
    ['bare', reservationView({ key: null, name: 'da\u001bta', status: bare })],
    [
      'lost',
      reservationView({
        status: reservationStatus({
          keys: [otherKey],
          registrants: [],
          reservation: { key: null, type: 'exclusive-access-all-registrants' },
          capabilities: {
            ...{ persistCapable: true, persistActive: true, allTargetPorts: false },
            ...{ otherInitiators: false, compatibleReserve: false, types: null },
          },
        }),
      }),
    ],
  ] as const) {
    it(`shows what there is: ${name}`, async () => {
      expectGolden(await printed(view, 'read', 'lu0'), `cli/reserve-${name}.txt`);
    });
  }

  const held = unit(0, [path('4:0:0:0', { state: 'in-use', registered: true }), path('5:0:1:0', { state: 'failed' })], {
    reservation: { key: ownKey, lostSince: null },
  });

  it('gives fields for scripts', async () => {
    const reservation = reservationView({ status: reservationStatus() });
    for (const name of ['lu0', '0', '#0', held.wwid]) {
      await withApi({ units: [held], reservation }, async ({ runDir, changes }) => {
        const { status, stdout } = await spscmd(['reserve', 'read', name, '--fields', '--run-dir', runDir]);
        expect(status).to.equal(0);
        expect(stdout).to.equal(
          [
            ...[`wwid=${held.wwid}`, 'number=0', 'name=lu0', 'map=dm-0', 'paths=2', 'usable=1', 'registered=1'],
            ...[`key=${ownKey}`, 'lost=', 'generation=6', `keys=${ownKey} ${otherKey}`, `type=${type}`],
            `holder=${ownKey}\n`,
          ].join('\n'),
        );
        expect(changes).to.deep.equal([
          { request: 'POST /v1/reservations', body: { unit: held.wwid, action: 'read' } },
        ]);
      });
    }
  });

  it('gives fields of a logical unit without key, map and reservation, and of one that all hold', async () => {
    const bareUnit = { ...held, map: null, reservation: null };
    for (const [reservation, holder] of [
      [null, 'holder='],
      [{ key: null, type } as const, 'holder=all'],
    ] as const) {
      const view = reservationView({ status: reservationStatus({ reservation }) });
      await withApi({ units: [bareUnit], reservation: view }, async ({ runDir }) => {
        const { stdout } = await spscmd(['reserve', 'read', 'lu0', '--fields', '--run-dir', runDir]);
        expect(stdout.split('\n')).to.include.members(['map=', 'key=', 'lost=', holder]);
      });
    }
  });

  it('gives what the controller knows where the key was taken away, also where no path answers', async () => {
    const lost = { ...held, reservation: { key: ownKey, lostSince: 1_700_000_000_000 } };
    const refusal = { status: 409, code: 'NO_USABLE_PATH', message: 'No path answers' } as const;
    const reservation = reservationView({ status: reservationStatus({ keys: [otherKey] }) });
    for (const [scene, keys] of [
      [{ units: [lost], refusal }, 'keys='],
      [{ units: [lost], reservation }, `keys=${otherKey}`],
    ] as const) {
      await withApi(scene, async ({ runDir }) => {
        const { status, stdout, stderr } = await spscmd(['reserve', 'read', 'lu0', '--fields', '--run-dir', runDir]);
        expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
        expect(stdout.split('\n')).to.include.members([`key=${ownKey}`, 'lost=1700000000000', keys]);
      });
    }
  });

  it('knows no such logical unit', async () => {
    await withApi({ units: [held] }, async ({ runDir }) => {
      const outcome = await spscmd(['reserve', 'read', 'lu7', '--fields', '--run-dir', runDir]);
      expect(outcome).to.deep.equal({
        status: 1,
        stdout: '',
        stderr: 'spscmd: No logical unit has the number, name or WWID "lu7"; "spscmd getlun -v" lists what there is\n',
      });
    });
  });
});
