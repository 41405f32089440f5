// The API as a script with curl sees it: reading for anybody, changes for root, events that nobody misses unawares.
import { expect } from 'chai';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { EventTail, http } from '../inside/http.js';
import { LabSystem } from '../inside/system.js';
import { until } from '../inside/until.js';

describe('lab: the API', () => {
  let system: LabSystem;
  let status: string;
  let control: string;
  before(async () => {
    system = await LabSystem.start({ array: { ports: 2, luns: [{ name: 'data', sizeMb: 8, serial: '00001401' }] } });
    status = join(system.installation.runDir, 'status.sock');
    control = join(system.installation.runDir, 'control.sock');
  });
  after(() => system.end());

  it('has a socket for anybody and one for root', () => {
    expect([statSync(status).mode & 0o777, statSync(control).mode & 0o777]).to.deep.equal([0o666, 0o600]);
  });

  it('gives health, units and settings on both', async () => {
    for (const socket of [status, control]) {
      const health = await http(socket, 'GET', '/v1/health');
      expect(JSON.parse(health.body)).to.include({ ready: true, watcher: true, units: 1, paths: 2 });
      const units = await http(socket, 'GET', '/v1/units');
      expect(units.type).to.include('application/json');
      expect(JSON.parse(units.body)).to.have.nested.property('units[0].wwid', system.wwid('data'));
      const settings = await http(socket, 'GET', '/v1/settings');
      expect(JSON.parse(settings.body)).to.include({ failback: 'active', cluster: false });
    }
  });

  it('takes changes on the socket for root alone', async () => {
    const body = JSON.stringify({ path: system.path('data', 0) });
    const refused = await http(status, 'POST', '/v1/paths/disable', body);
    expect([refused.status, code(refused.body)]).to.deep.equal([403, 'NOT_PERMITTED']);
    expect((await http(status, 'PATCH', '/v1/settings', '{"failback":"standby"}')).status).to.equal(403);
    expect((await http(status, 'GET', '/v1/watcher')).status).to.be.within(400, 499);
    expect(await system.shown('data')).to.equal('>>');
    const done = await http(control, 'POST', '/v1/paths/disable', body);
    expect([done.status, JSON.parse(done.body)]).to.deep.equal([200, { changed: [system.wwid('data')] }]);
    await system.comesTo('data', '@>', { withinMs: 0 });
    await http(control, 'POST', '/v1/paths/enable', body);
  });

  it('names what is wrong with a request, and does none of it', async () => {
    const before = await system.shown('data');
    for (const [path, body, status, wanted] of [
      ['/v1/paths/disable', '{"path":"9:9:9:9"}', 404, 'UNKNOWN_PATH'],
      ['/v1/paths/disable', '{"path":7}', 400, 'BAD_REQUEST'],
      ['/v1/paths/disable', '{"path":"0:0:0:0","extra":1}', 400, 'BAD_REQUEST'],
      ['/v1/paths/disable', '{"path":', 400, 'BAD_REQUEST'],
      ['/v1/paths/priority', `{"path":"${system.path('data', 0)}","priority":"7"}`, 400, 'BAD_REQUEST'],
      ['/v1/paths/priority', `{"path":"${system.path('data', 0)}","priority":300}`, 400, 'BAD_PRIORITY'],
      ['/v1/paths/balance', `{"path":"${system.path('data', 0)}","mode":"best"}`, 400, 'BAD_REQUEST'],
      ['/v1/paths/nothing', '{}', 400, 'BAD_REQUEST'],
    ] as const) {
      const answer = await http(control, 'POST', path, body);
      expect([path, body, answer.status, code(answer.body)]).to.deep.equal([path, body, status, wanted]);
    }
    expect(await system.shown('data')).to.equal(before);
  });

  it('gives a reader that was cut off what it missed', async () => {
    const first = await EventTail.open(status, '/v1/events');
    await system.patrol({ intervalSec: 2 });
    await until('the change is told', () => first.records.includes(277));
    const seen = first.lastId;
    first.close();
    await system.patrol({ intervalSec: 3 });
    await system.patrol({ intervalSec: 1 });
    const second = await EventTail.open(status, '/v1/events', seen);
    await until('both changes are told', () => second.records.length === 2, { found: () => second.events });
    expect(second.records).to.deep.equal([277, 277]);
    expect(second.events.map((event) => event.event)).to.not.include('gap');
    const numbers = second.events.slice(1).map((event) => Number(event.id?.split('.')[1]));
    expect(numbers).to.deep.equal(numbers.map((_, index) => Number(seen.split('.')[1]) + 1 + index));
    second.close();
  });

  it('tells a reader that it missed something, after a restart', async () => {
    const first = await EventTail.open(status, '/v1/events');
    const seen = first.lastId;
    await system.installation.controller.kill();
    await until('the stream ends', () => first.ended);
    await system.installation.startController();
    const second = await EventTail.open(status, '/v1/events', seen);
    await until('the gap is told', () => second.events.some((event) => event.event === 'gap'));
    expect(second.events.find((event) => event.event === 'gap')?.data).to.deep.equal({ missed: null });
    await until('the start is told', () => second.records.includes(1010));
    second.close();
    await system.watcherConnected();
  });

  it('tells of paths that fail as they do', async () => {
    const tail = await EventTail.open(status, '/v1/events');
    await system.control.post('/v1/paths/disable', { path: system.path('data', 0), force: false });
    await until('the change is told', () => tail.records.includes(275));
    await until('the unit is told', () => tail.events.some((event) => event.event === 'units'));
    expect(tail.events.find((event) => event.event === 'units')?.data).to.deep.equal({ wwids: [system.wwid('data')] });
    await system.control.post('/v1/paths/enable', { path: system.path('data', 0) });
    tail.close();
  });

  it('gives metrics in the OpenMetrics text format', async () => {
    const { status: code, type, body } = await http(status, 'GET', '/metrics');
    expect([code, type]).to.deep.equal([200, 'application/openmetrics-text; version=1.0.0; charset=utf-8']);
    const samples = parseMetrics(body);
    expect(samples.get('pathmanager_units')).to.equal(1);
    expect(samples.get('pathmanager_watcher_connected')).to.equal(1);
    const inUse = `pathmanager_unit_paths{unit="0",wwid="${system.wwid('data')}",state="in-use"}`;
    expect(samples.get(inUse)).to.equal(2);
    expect(samples.get('pathmanager_events_total{id="1010",level="info"}')).to.equal(1);
  });
});

function code(body: string): string {
  return (JSON.parse(body) as { error: { code: string } }).error.code;
}

/** Holds a text to the OpenMetrics grammar: families with type and samples, and an end. Gives the samples. */
function parseMetrics(text: string): Map<string, number> {
  expect(text.endsWith('# EOF\n')).to.equal(true);
  const samples = new Map<string, number>();
  let family = '';
  for (const line of text.trimEnd().split('\n').slice(0, -1)) {
    const meta = /^# (TYPE|HELP) ([a-z_]+) .+$/.exec(line);
    if (meta !== null) {
      family = meta[2] ?? '';
      continue;
    }
    const sample = /^([a-z_]+)(\{(?:[a-z_]+="[^"\n]*",?)*\})? (-?[0-9.e+-]+)$/.exec(line);
    expect(sample, `not a sample: ${line}`).to.not.equal(null);
    expect(sample?.[1]?.startsWith(family), `${line} belongs to no family`).to.equal(true);
    samples.set(`${sample?.[1] ?? ''}${sample?.[2] ?? ''}`, Number(sample?.[3]));
  }
  return samples;
}
