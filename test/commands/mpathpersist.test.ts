import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ErrorCode } from '../../src/base/errors.js';
import type { ReservationView } from '../../src/model/reservations/types.js';
import type { UnitView } from '../../src/model/view.js';
import { type Scene, withApi } from '../support/api-double.js';
import { expectGolden } from '../support/golden.js';
import { otherKey, ownKey, reservationStatus, reservationView } from '../support/reservations.js';
import { compiledRoot, node, type Outcome } from '../support/spscmd.js';
import { path, unit } from '../support/views.js';

const run = (words: readonly string[]): Promise<Outcome> =>
  node([join(compiledRoot, 'src/bin/mpathpersist.js'), ...words]);

/** The logical unit with this node's key, without one, and with one that was taken away. */
const withKey = unit(0, [path('4:0:0:0')], { reservation: { key: ownKey, lostSince: null } });
const withoutKey: UnitView = { ...withKey, reservation: null };
const lost: UnitView = { ...withKey, reservation: { key: ownKey, lostSince: 1_700_000_000_000 } };

const type = 'write-exclusive-registrants-only';
const all = 'exclusive-access-all-registrants';

/** Words, and what the controller is asked beside the unit. */
const requests: readonly (readonly [words: string, has: UnitView, body: Readonly<Record<string, unknown>>])[] = [
  // register
  ['-o --register --param-sark=1a -d lu0', withoutKey, { action: 'register', key: ownKey }],
  ['--out --register --param-rk 0 --param-sark 0x1A lu0', withoutKey, { action: 'register', key: ownKey }],
  ['-o -G -S 1a lu0', withKey, { action: 'register', key: ownKey }],
  ['-o -G -S 1b lu0', lost, { action: 'register', key: '0x000000000000001b' }],
  ['-o -G -K 1a -S 1b lu0', withKey, { action: 'register', key: '0x000000000000001b' }],
  ['-oGZY -S1a lu0', withoutKey, { action: 'register', key: ownKey, persist: true, allTargetPorts: true }],
  ['-o -I -S 1b lu0', withKey, { action: 'register', key: '0x000000000000001b', ignoreExisting: true }],
  // unregister
  ['-o -G -K 1a -S 0 lu0', withKey, { action: 'unregister', key: ownKey }],
  ['-o -G -K 1a lu0', withoutKey, { action: 'unregister', key: ownKey }],
  ['-o -I -K 5 -S 0x0 lu0', withKey, { action: 'unregister' }],
  ['-o -I -K 1a -S 0 lu0', withoutKey, { action: 'unregister', key: ownKey }],
  // the rest
  ['-o --reserve --prout-type=5 --param-rk=1a -d lu0', withKey, { action: 'reserve', key: ownKey, type }],
  ['-oRK 1a -T 8 lu0', withKey, { action: 'reserve', key: ownKey, type: all }],
  ['-o --release --param-rk=1a -T 5 lu0', withKey, { action: 'release', key: ownKey, type }],
  ['-oLK 1a lu0', withKey, { action: 'release', key: ownKey }],
  ['-oCK 1a lu0', withKey, { action: 'clear', key: ownKey }],
  [
    '-o --preempt --prout-type=5 --param-rk=1a --param-sark=abcdef0123456789 lu0',
    withKey,
    { action: 'preempt', key: ownKey, victim: otherKey, type },
  ],
  [
    '-o --preempt-abort --prout-type=5 --param-rk=1a --param-sark=abcdef0123456789 -d lu0',
    withKey,
    { action: 'preempt-abort', key: ownKey, victim: otherKey, type },
  ],
  ['-oPK 1a -T 8 lu0', withKey, { action: 'preempt', key: ownKey, type: all }],
];

const help = 'see "mpathpersist --help"';
const badType = (text: string): string => `"${text}" is not a type of reservation; give 1, 3, 5, 6, 7 or 8; ${help}`;

/** Wrong command lines, each with the line that must answer it. */
const wrong: readonly (readonly [words: string, message: string])[] = [
  ['', `Give either --in or --out; ${help}`],
  ['lu0', `Give either --in or --out; ${help}`],
  ['-io -k lu0', `Give either --in or --out; ${help}`],
  ['-i lu0', `--in needs an action; ${help}`],
  ['-o lu0', `--out needs an action; ${help}`],
  ['-i -k -r lu0', `--read-keys and --read-reservation are two actions; give one; ${help}`],
  ['-o -G -k lu0', `--read-keys and --register are two actions; give one; ${help}`],
  ['-i -G lu0', `--register needs --out; ${help}`],
  ['-o -k lu0', `--read-keys needs --in; ${help}`],
  ['-i -k', `No device is named; ${help}`],
  ['-i -k -d lu0 lu1', `More than one device: "lu0", "lu1"; ${help}`],
  ['-i --bogus lu0', `Unknown option '--bogus'; ${help}`],
  ['-o -G -S', `Option '-S' argument is ambiguous; ${help}`],
  ['-o -G --register-move lu0', `Unknown option '--register-move'; ${help}`],
  ['-i -k -H lu0', `--hex is not supported: answers are not shown in hexadecimal digits; ${help}`],
  ['-o -G -S 1 -X fcp,2100 lu0', `--transport-id is not supported: a node registers its own ports only; ${help}`],
  ['-i -k -l 8193 lu0', `"8193" is not an allocation length from 0 to 8192; ${help}`],
  [
    '-o -G -S 12345678123456781 lu0',
    'Reservation key "12345678123456781" is longer than 8 bytes; give 1 to 16 hexadecimal digits, as 0x1234abcd',
  ],
  [
    '-o -G -K me -S 1 lu0',
    'Reservation key "me" is not hexadecimal digits; give 1 to 16 hexadecimal digits, as 0x1234abcd',
  ],
  ['-o -R -K 1a -T 4 lu0', badType('4')],
  ['-o -R -K 1a -T 15 lu0', badType('15')],
  ['-o -R -K 1a lu0', `--reserve needs --prout-type; ${help}`],
  ['-o -P -K 1a -S 5 lu0', `--preempt needs --prout-type; ${help}`],
  ['-o -A -K 1a -T 5 lu0', `--preempt-abort needs --param-sark; ${help}`],
  [
    '-o -A -K 1a -S 0x1a -T 5 lu0',
    `--preempt-abort takes away another node's key, and both keys are ${ownKey}; ${help}`,
  ],
  ['-f /nonexistent', `Cannot read the batch file "/nonexistent": ENOENT; ${help}`],
];

async function outcomeOf(words: string, scene: Scene): Promise<Outcome> {
  let outcome: Outcome = { status: null, stdout: '', stderr: 'not run' };
  await withApi(scene, async ({ runDir }) => {
    outcome = await run([...words.split(' ').filter(Boolean), '--run-dir', runDir]);
  });
  return outcome;
}

describe('mpathpersist', () => {
  for (const [words, has, body] of requests) {
    it(`asks for "${words}" with ${has.reservation === null ? 'no' : has === lost ? 'a lost' : 'a'} key and prints nothing`, async () => {
      await withApi({ units: [has], reservation: reservationView() }, async ({ runDir, changes }) => {
        const outcome = await run([...words.split(' '), '--run-dir', runDir]);
        expect(outcome).to.deep.equal({ status: 0, stdout: '', stderr: '' });
        expect(changes).to.deep.equal([{ request: 'POST /v1/reservations', body: { unit: has.wwid, ...body } }]);
      });
    });
  }

  for (const [words, message] of wrong) {
    it(`answers "${words}" with one line and status 1, and asks for nothing`, async () => {
      await withApi({ units: [withKey] }, async ({ runDir, changes }) => {
        const outcome = await run([...words.split(' ').filter(Boolean), '--run-dir', runDir]);
        expect(outcome).to.deep.equal({ status: 1, stdout: '', stderr: `mpathpersist: ${message}\n` });
        expect(changes).to.deep.equal([]);
      });
    });
  }

  for (const [words, says] of [
    [
      '-o -G -S 1b lu0',
      `Cannot register with "lu0": this node's key is ${ownKey}; give --param-rk=${ownKey} or --register-ignore`,
    ],
    [
      '-o -G -K 5 -S 1b lu0',
      `Cannot register with "lu0" in place of 0x0000000000000005: this node's key is ${ownKey}; that is the one to give`,
    ],
    [
      '-o -G -K 5 -S 0 lu0',
      `Cannot register with "lu0" in place of 0x0000000000000005: this node's key is ${ownKey}; that is the one to give`,
    ],
  ] as const) {
    it(`takes "${words}" with another key registered as the conflict that it is`, async () => {
      await withApi({ units: [withKey] }, async ({ runDir, changes }) => {
        const outcome = await run([...words.split(' '), '--run-dir', runDir]);
        expect(outcome).to.deep.equal({
          status: 11,
          stdout: 'persistent reserve out: scsi status: Reservation Conflict\nPR out: command failed\n',
          stderr: `mpathpersist: ${says}\n`,
        });
        expect(changes).to.deep.equal([]);
      });
    });
  }

  const refusals: readonly (readonly [code: ErrorCode, http: number, status: number])[] = [
    ['RESERVATION_CONFLICT', 409, 11],
    ['KEY_TAKEN_AWAY', 409, 11],
    ['NO_RESERVATION_KEY', 409, 11],
    ['RESERVATION_UNSUPPORTED', 409, 5],
    ['NO_USABLE_PATH', 409, 13],
    ['UNKNOWN_UNIT', 404, 13],
    ['NOT_PERMITTED', 403, 1],
    ['RESERVATION_FAILED', 500, 15],
    ['WATCHER_ABSENT', 409, 15],
  ];
  for (const [code, http, status] of refusals) {
    it(`ends with ${String(status)} for ${code}`, async () => {
      const refusal = { status: http, code, message: 'It is so' };
      for (const words of ['-o -R -K 1a -T 5 lu0', '-i -k lu0']) {
        const outcome = await outcomeOf(words, { units: [withKey], refusal });
        expect({ ...outcome, stdout: '' }).to.deep.equal({ status, stdout: '', stderr: 'mpathpersist: It is so\n' });
        expect(outcome.stdout.includes('PR out: command failed')).to.equal(words.startsWith('-o'));
        expect(outcome.stdout.includes('Reservation Conflict')).to.equal(
          words.startsWith('-o') && code.match(/CONFLICT|TAKEN/) !== null,
        );
      }
    });
  }

  it('has nothing to take off where there is no key, whatever it may be', async () => {
    const refusal = { status: 409, code: 'NO_RESERVATION_KEY', message: 'None' } as const;
    const outcome = await outcomeOf('-o -I -S 0 lu0', { units: [withoutKey], refusal });
    expect(outcome).to.deep.equal({ status: 0, stdout: '', stderr: '' });
  });

  it('names the paths that were not registered', async () => {
    const paths: ReservationView['paths'] = [{ number: '4:0:0:0', result: 'failed', detail: 'it is away' }];
    const { status, stderr } = await outcomeOf('-o -G -S 1a lu0', {
      units: [withoutKey],
      reservation: reservationView({ paths }),
    });
    expect({ status, stderr }).to.deep.equal({
      status: 0,
      stderr: 'mpathpersist: Path 4:0:0:0 is not registered: it is away\n',
    });
  });

  describe('finds the device', () => {
    it('by name and by WWID', async () => {
      for (const device of ['lu0', withKey.wwid]) {
        const scene = { units: [withKey], reservation: reservationView({ status: reservationStatus() }) };
        expect((await outcomeOf(`-i -k ${device}`, scene)).status).to.equal(0);
      }
    });

    it('by the number of its node, whatever link leads there', async function () {
      const name = readdirSync('/sys/class/block').find((each) => existsSync(`/dev/${each}`));
      if (name === undefined) return this.skip();
      const devT = readFileSync(`/sys/class/block/${name}/dev`, 'utf8').trim();
      const folder = mkdtempSync(join(tmpdir(), 'mpathpersist-'));
      symlinkSync(`/dev/${name}`, join(folder, 'link'));
      const { map } = withKey;
      const units = [unit(1, []), { ...withKey, map: map === null ? null : { ...map, devT } }];
      await withApi({ units, reservation: reservationView() }, async ({ runDir, changes }) => {
        expect((await run(['-o', '-L', '-K', '1a', join(folder, 'link'), '--run-dir', runDir])).status).to.equal(0);
        expect((changes[0]?.body as { unit: string }).unit).to.equal(withKey.wwid);
      });
      rmSync(folder, { recursive: true });
    });

    it('and says with status 12 that there is none, with 13 that it is no logical unit', async () => {
      const scene = { units: [withKey] };
      expect(await outcomeOf('-i -k /dev/mapper/none-such', scene)).to.deep.equal({
        status: 12,
        stdout: '',
        stderr: 'mpathpersist: There is no device "/dev/mapper/none-such"\n',
      });
      expect(await outcomeOf('-i -k /dev/null', scene)).to.deep.equal({
        status: 13,
        stdout: '',
        stderr:
          'mpathpersist: Device "/dev/null" is not the map of a logical unit; "spscmd getlun -v" lists those that are\n',
      });
    });
  });

  it('says with status 13 that the controller does not run', async () => {
    const { status, stderr } = await run(['-i', '-k', 'lu0', '--run-dir', '/nonexistent']);
    expect(status).to.equal(13);
    expect(stderr).to.match(/^mpathpersist: Controller is not running: [^\n]*\n$/);
  });

  it('tells its options, and its version', async () => {
    expectGolden((await run(['--help'])).stdout, 'cli/mpathpersist-help.txt');
    expect((await run(['--version'])).stdout).to.match(/^mpathpersist \d/);
  });
});

describe('mpathpersist --in', () => {
  const view = reservationView({ status: reservationStatus() });
  const scene = { units: [withKey], reservation: view };

  for (const [word, name] of [
    ['-k', 'keys'],
    ['-r', 'reservation'],
    ['-s', 'full-status'],
    ['-c', 'capabilities'],
  ] as const) {
    it(`prints ${name} as scripts know them`, async () => {
      const { status, stdout, stderr } = await outcomeOf(`-i ${word} lu0`, scene);
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
      expectGolden(stdout, `cli/mpathpersist-${name}.txt`);
    });
  }

  it('prints what fence_mpath finds keys and holder by', async () => {
    const keys = (await outcomeOf('-i -k -d lu0', scene)).stdout.split('\n');
    const found = keys.flatMap((line) => /\s+0x(\S+)\s*/.exec(line)?.[1] ?? []);
    expect(found).to.deep.equal(['1a', 'abcdef0123456789', '1a', 'abcdef0123456789']);
    const held = await outcomeOf('-i -r -d lu0', scene);
    expect(/\s+key\s*=\s*0x(\S+)\s+/i.exec(held.stdout)?.[1]).to.equal('1a');
    const none = reservationView({ status: reservationStatus({ reservation: null, keys: [] }) });
    const free = await outcomeOf('-i -r -d lu0', { units: [withKey], reservation: none });
    expect([free.status, /\s+key\s*=\s*0x(\S+)\s+/i.exec(free.stdout)]).to.deep.equal([0, null]);
    const empty = (await outcomeOf('-i -k -d lu0', { units: [withKey], reservation: none })).stdout;
    expect(empty.split('\n').flatMap((line) => /\s+0x(\S+)\s*/.exec(line)?.[1] ?? [])).to.deep.equal([]);
  });

  it('prints one key, a reservation that all hold, and a mask that is not told', async () => {
    const status = reservationStatus({ keys: [ownKey], reservation: { key: null, type: all } });
    const capabilities = status.capabilities === null ? null : { ...status.capabilities, types: null };
    const bare = { units: [withKey], reservation: reservationView({ status: { ...status, capabilities } }) };
    expect((await outcomeOf('-ik lu0', bare)).stdout).to.equal(
      '  PR generation=0x6, \t1 registered reservation key follows:\n    0x1a\n',
    );
    expect((await outcomeOf('-ir lu0', bare)).stdout).to.contain('   Key = 0x0\n');
    expect((await outcomeOf('-ic lu0', bare)).stdout)
      .to.contain('TMV): 0\n')
      .and.not.contain('mask:');
  });

  it('ends with 5 where the array does not know the question', async () => {
    const status = reservationStatus({ capabilities: null, registrants: null });
    const old = { units: [withKey], reservation: reservationView({ status }) };
    for (const [word, name] of [
      ['-s', 'read-full-status'],
      ['-c', 'report-capabilities'],
    ] as const) {
      expect(await outcomeOf(`-i ${word} lu0`, old)).to.deep.equal({
        status: 5,
        stdout: '',
        stderr: `mpathpersist: The array of "lu0" does not answer --${name}\n`,
      });
    }
  });
});

describe('mpathpersist --batch-file', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'mpathpersist-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('does every line, and ends as the last one that failed', async () => {
    const file = join(folder, 'batch');
    writeFileSync(
      file,
      [
        '# a comment',
        '-i -k lu0   # short',
        '',
        'mpathpersist --in --read-reservation --device=lu0',
        '-o -R -K 1a /dev/null',
        '\t-oCK 1a  lu0',
        '-i -k -d /dev/mapper/none-such',
        '-f other',
        '-v 3 -i -k lu0',
      ].join('\n'),
    );
    const reservation = reservationView({ status: reservationStatus() });
    await withApi({ units: [withKey], reservation }, async ({ runDir, changes }) => {
      const { status, stdout, stderr } = await run(['-f', file, '--run-dir', runDir]);
      expect(status).to.equal(1);
      expect(stdout.match(/registration keys follow|reservation keys follow|Reservation follows/g)).to.have.length(3);
      expect(stderr.split('\n')).to.deep.equal([
        `mpathpersist: line 5 of "${file}": Device "/dev/null" is not the map of a logical unit; "spscmd getlun -v" lists those that are`,
        `mpathpersist: line 7 of "${file}": There is no device "/dev/mapper/none-such"`,
        `mpathpersist: line 8 of "${file}": --batch-file cannot stand in a batch file; ${help}`,
        '',
      ]);
      expect(changes.map(({ body }) => (body as { action: string }).action)).to.deep.equal([
        'read',
        'read',
        'clear',
        'read',
      ]);
    });
  });

  it('is done after what the command line asks for, whose failure is what counts', async () => {
    const file = join(folder, 'one');
    writeFileSync(file, '-i -k lu0\n');
    const reservation = reservationView({ status: reservationStatus() });
    const { status, stdout } = await outcomeOf(`-i -r /dev/mapper/none-such -f ${file}`, {
      units: [withKey],
      reservation,
    });
    expect(status).to.equal(12);
    expect(stdout).to.contain('reservation keys follow');
  });
});
