import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ErrorFacts } from '../../../src/base/errors.js';
import { ApiClient } from '../../../src/services/api-client/client.js';
import { ApiServer } from '../../../src/services/api/server.js';
import type { ApiService } from '../../../src/services/api/service.js';
import { PortableSettings } from '../../../src/services/daemon/portable-settings.js';
import { Machine, pathFacts, selector, unitA } from '../../support/machine.js';

const ports = [0, 1, 2].map((port) => pathFacts(unitA, port));
const [keyA = '', keyB = ''] = ports.map(({ key }) => key);

describe('Settings over the API', () => {
  let runDir = '';
  let machine: Machine;
  let server: ApiServer;
  beforeEach(async () => {
    runDir = mkdtempSync(join(tmpdir(), 'portable-'));
    machine = new Machine();
    await machine.add(...ports);
    await machine.start();
    const portable = new PortableSettings(machine.clock, () => machine.controller);
    server = await ApiServer.listen({ portable } as Partial<ApiService> as ApiService, runDir);
  });
  afterEach(async () => {
    await server.close();
    rmSync(runDir, { recursive: true });
  });

  const status = (): ApiClient => ApiClient.status(runDir);
  const control = (): ApiClient => ApiClient.control(runDir);
  const body = (settings: unknown, skipMissing = false) => ({ settings, skipMissing, force: false });

  it('go out and in again without a change', async () => {
    const settings = await status().get('/v1/export');
    const { state } = machine.controller;
    expect(await control().post('/v1/import', body(settings))).to.deep.equal({ changes: [], missing: [] });
    expect(machine.controller.state).to.equal(state);
  });

  it('come back to what they were, and so does the kernel', async () => {
    const settings = await status().get('/v1/export');
    await machine.request({ kind: 'set-balance', path: selector('0:0:0:0'), mode: 'none' });
    await machine.request({ kind: 'swap', first: selector('0:0:0:0'), second: selector('2:0:0:0') });
    await machine.request({ kind: 'disable', path: selector('1:0:0:0'), force: false });
    await machine.request({ kind: 'set-failback', mode: 'standby' });
    expect(machine.states()).to.equal('A@>');
    const { changes } = await control().post('/v1/import', body(settings));
    expect(changes.map(({ path, setting, to }) => [path, setting, to])).to.deep.equal([
      [null, 'failback', 'active'],
      [null, 'balance', 'service-time'],
      ['0:0:0:0', 'priority', 3],
      ['1:0:0:0', 'enabled', true],
      ['2:0:0:0', 'priority', 1],
    ]);
    expect(machine.states()).to.equal('>>>');
    expect(machine.map().groups.map((group) => group.paths.length)).to.deep.equal([3]);
    expect(await status().get('/v1/export')).to.deep.equal(settings);
    expect(machine.store.saved?.settings.failback).to.equal('active');
  });

  it('are tried out on the socket that only reads, and taken on the other', async () => {
    const wanted = body({ version: 1, failback: 'standby', units: { '3600c0ffee': {} } });
    const { changes, missing, refusal } = await status().post('/v1/import/preview', wanted);
    expect(changes.map(({ setting }) => setting)).to.deep.equal(['failback']);
    expect(missing).to.deep.equal([{ wwid: '3600c0ffee', unit: null, key: null }]);
    expect(refusal?.code).to.equal('NOT_HERE');
    expect(await codeOf(status().post('/v1/import', wanted))).to.equal('NOT_PERMITTED');
    expect(await codeOf(control().post('/v1/import', wanted))).to.equal('NOT_HERE');
    expect(machine.controller.state.settings.failback).to.equal('active');
    const skipping = { ...wanted, skipMissing: true };
    expect((await status().post('/v1/import/preview', skipping)).refusal).to.equal(null);
    expect((await control().post('/v1/import', skipping)).missing).to.deep.equal(missing);
    expect(machine.controller.state.settings.failback).to.equal('standby');
  });

  it('tell a refusal that has nothing to do with what is missing before that', async () => {
    const paths = { [keyA]: { priority: 1 } };
    const wanted = body({ version: 1, units: { '3600c0ffee': {}, [unitA]: { paths } } });
    const { changes, refusal } = await status().post('/v1/import/preview', wanted);
    expect([changes, refusal?.code]).to.deep.equal([[], 'PRIORITY_TAKEN']);
  });

  const unit = (fields: object): object => ({ version: 1, units: { [unitA]: fields } });
  const wrong: readonly (readonly [what: string, settings: unknown, place: readonly string[], issue: RegExp])[] = [
    ['no object', [], [], /object/],
    ['no version', {}, ['version'], /"version": not 1, the only version/],
    ['another version', { version: 2 }, ['version'], /not 1, the only version that this release knows/],
    ['an unknown key', { version: 1, colour: 'red' }, ['colour'], /unknown key "colour"$/],
    ['a wrong word', { version: 1, failback: 'maybe' }, ['failback'], /"failback"/],
    ['a patrol field out of range', { version: 1, watcher: { intervalSec: 0 } }, ['watcher', 'intervalSec'], /1/],
    ['no WWID', { version: 1, units: { 'a/b': {} } }, ['units', 'a/b'], /a\/b/],
    ['a number that is none', unit({ number: 1.5 }), ['units', unitA, 'number'], /int/],
    ['a name that leads elsewhere', unit({ name: '../x' }), ['units', unitA, 'name'], /not a map name/],
    ['an unknown mode', unit({ balance: 'fast' }), ['units', unitA, 'balance'], /round-robin/],
    [
      'a priority out of range',
      unit({ paths: { [keyB]: { priority: 255 } } }),
      ['units', unitA, 'paths', keyB, 'priority'],
      /254/,
    ],
    [
      'a priority of text',
      unit({ paths: { [keyB]: { priority: '2' } } }),
      ['units', unitA, 'paths', keyB, 'priority'],
      /number/,
    ],
  ];
  for (const [what, settings, place, issue] of wrong) {
    it(`are refused with ${what}, by its place`, async () => {
      for (const route of ['/v1/import/preview', '/v1/import'] as const) {
        const { code, facts } = await failureOf(control().post(route, body(settings)));
        expect([code, facts['at']]).to.deep.equal(['BAD_REQUEST', JSON.stringify(place)]);
        expect(facts['issue']).to.match(issue).and.not.include('\n');
      }
    });
  }
});

async function failureOf(asked: Promise<unknown>): Promise<{ readonly code: string; readonly facts: ErrorFacts }> {
  try {
    await asked;
  } catch (error) {
    return error as { code: string; facts: ErrorFacts };
  }
  throw new Error('nothing was thrown');
}

async function codeOf(asked: Promise<unknown>): Promise<string> {
  return (await failureOf(asked)).code;
}
