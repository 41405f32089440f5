import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { reservationKey } from '../../../src/base/reservation.js';
import { FileStore } from '../../../src/controller/store.js';
import { savedState } from '../../support/saved-state.js';

describe('FileStore', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (): string => join(folder, 'state.json');

  it('gives nothing and no damage where nothing was saved', () => {
    expect(new FileStore(folder).load()).to.deep.equal({ saved: null, damage: null });
  });

  it('says in one line that its folder cannot be made', () => {
    expect(() => new FileStore('/dev/null/state')).to.throw(
      'Cannot make state folder "/dev/null/state": ENOTDIR; make it, or name another one with --state-dir',
    );
  });

  it('gives back what was saved', async () => {
    await new FileStore(folder).save(savedState());
    expect(new FileStore(folder).load()).to.deep.equal({ saved: savedState(), damage: null });
  });

  it('takes a save from before remote ports were managed', () => {
    const before: Partial<ReturnType<typeof savedState>> = { ...savedState() };
    delete (before as { ports?: unknown }).ports;
    writeFileSync(file(), JSON.stringify(before));
    expect(new FileStore(folder).load()).to.deep.equal({ saved: { ...before, ports: [] }, damage: null });
  });

  it('takes a save from before there were reservations', () => {
    const now = savedState();
    const before = JSON.parse(JSON.stringify(now)) as typeof now;
    delete (before.settings as { clusterBalancing?: unknown }).clusterBalancing;
    for (const unit of before.units) delete (unit as { reservation?: unknown }).reservation;
    writeFileSync(file(), JSON.stringify(before));
    expect(new FileStore(folder).load()).to.deep.equal({ saved: now, damage: null });
  });

  it('keeps the key of a unit, also one that was taken away, and takes none that is not one', async () => {
    const state = savedState({ cluster: true, clusterBalancing: true });
    const reservation = {
      key: reservationKey('0xa1'),
      persist: true,
      allTargetPorts: false,
      lostSince: 1_700_000_000_000,
      lostDetail: 'gone',
    };
    const saved = { ...state, units: state.units.map((unit) => ({ ...unit, reservation })) };
    await new FileStore(folder).save(saved);
    expect(new FileStore(folder).load()).to.deep.equal({ saved, damage: null });
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('0x00000000000000a1', '0x0000000000000000'));
    expect(new FileStore(folder).load().damage).to.include('"units.0.reservation.key": not a reservation key');
  });

  it('leaves no temporary files and keeps the save before', async () => {
    const store = new FileStore(folder);
    await store.save(savedState({ failback: 'active' }));
    await store.save(savedState({ failback: 'standby' }));
    expect(readdirSync(folder).sort()).to.deep.equal(['state.json', 'state.json.old']);
    expect(JSON.parse(readFileSync(`${file()}.old`, 'utf8'))).to.deep.equal(savedState({ failback: 'active' }));
  });

  it('writes saves in the order in which they were asked for', async () => {
    const store = new FileStore(folder);
    await Promise.all([
      store.save(savedState({ failback: 'active' })),
      store.save(savedState({ failback: 'standby' })),
    ]);
    expect(new FileStore(folder).load().saved?.settings.failback).to.equal('standby');
  });

  it('keeps a file that was cut in half aside, says so, and uses the save before it', async () => {
    const store = new FileStore(folder);
    await store.save(savedState({ failback: 'standby' }));
    await store.save(savedState({ failback: 'standby' }));
    const whole = readFileSync(file(), 'utf8');
    writeFileSync(file(), whole.slice(0, whole.length / 2));

    const { saved, damage } = new FileStore(folder).load();
    expect(saved?.settings.failback).to.equal('standby');
    expect(damage).to.match(/cannot be read .*it is kept as ".*state\.json\.damaged-1", the save before it is used/);
    expect(readFileSync(`${file()}.damaged-1`, 'utf8')).to.equal(whole.slice(0, whole.length / 2));
  });

  it('keeps every damaged file: a second one does not replace the first', () => {
    for (const text of ['{', '[']) {
      writeFileSync(file(), text);
      expect(new FileStore(folder).load().saved).to.equal(null);
    }
    expect(readdirSync(folder).sort()).to.deep.equal(['state.json.damaged-1', 'state.json.damaged-2']);
  });

  it('keeps the last whole save on a disk that fills up, leaves no piece of a file, and goes on when there is room', async function () {
    if (process.getuid?.() !== 0) {
      if (this.test !== undefined) this.test.title += ' (skipped: only root can mount a small disk)';
      this.skip();
    }
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]);
    try {
      const store = new FileStore(disk);
      await store.save(savedState());
      const filler = join(disk, 'filler');
      expect(() => writeFileSync(filler, Buffer.alloc(128 * 1024))).to.throw('ENOSPC');
      expect(await store.save(savedState({ failback: 'standby' })).catch(String)).to.contain('ENOSPC');
      expect(readdirSync(disk).sort())
        .to.include('state.json')
        .and.not.include.members(['state.json.new', 'state.json.old.new']);
      expect(new FileStore(disk).load()).to.deep.equal({ saved: savedState(), damage: null });
      rmSync(filler);
      await store.save(savedState({ failback: 'standby' }));
      expect(new FileStore(disk).load().saved?.settings.failback).to.equal('standby');
      expect(readdirSync(disk).sort()).to.deep.equal(['state.json', 'state.json.old']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('uses what is left where a crash has made either file zeros or nothing', async () => {
    const store = new FileStore(folder);
    await store.save(savedState({ failback: 'standby' }));
    await store.save(savedState({ failback: 'standby' }));
    for (const content of [Buffer.alloc(4096), Buffer.alloc(0)]) {
      writeFileSync(file(), content);
      expect(new FileStore(folder).load().saved?.settings.failback).to.equal('standby');
    }
    writeFileSync(file(), '');
    writeFileSync(`${file()}.old`, '');
    const { saved, damage } = new FileStore(folder).load();
    expect(saved).to.equal(null);
    expect(damage).to.match(/it is kept as ".*", defaults and the maps in the kernel are used$/);
  });

  const wrong: readonly (readonly [string, (state: Record<string, unknown>) => void, RegExp])[] = [
    ['an unknown key', (state) => (state['extra'] = 1), /unknown key "extra"/],
    ['another version', (state) => (state['version'] = 2), /"version"/],
    ['a priority out of range', (state) => (path(state)['priority'] = 255), /"units\.0\.paths\.0\.priority"/],
    ['a WWID with a slash', (state) => (unit(state)['wwid'] = 'a/b'), /"units\.0\.wwid": not a WWID/],
    ['a name that leads elsewhere', (state) => (unit(state)['name'] = '../x'), /"units\.0\.name": not a map name/],
    [
      'two units with one number',
      (state) => (units(state)[1] = { ...unit(state), wwid: '3b' }),
      /two units have one number/,
    ],
  ];
  for (const [what, spoil, message] of wrong) {
    it(`refuses ${what} by name`, () => {
      const state = JSON.parse(JSON.stringify(savedState())) as Record<string, unknown>;
      spoil(state);
      writeFileSync(file(), JSON.stringify(state));
      expect(new FileStore(folder).load().damage).to.match(message);
    });
  }
});

const units = (state: Record<string, unknown>): Record<string, unknown>[] =>
  state['units'] as Record<string, unknown>[];
const unit = (state: Record<string, unknown>): Record<string, unknown> => units(state)[0] ?? {};
const path = (state: Record<string, unknown>): Record<string, unknown> =>
  (unit(state)['paths'] as Record<string, unknown>[])[0] ?? {};
