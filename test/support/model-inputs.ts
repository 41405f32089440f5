/** Arbitrary inputs to the model: three units, four ports, and everything that can be said of them, sense or nonsense. */
import fc from 'fast-check';
import { pathKey, sectors } from '../../src/base/ids.js';
import type { MapFacts } from '../../src/base/map-facts.js';
import type { PathFacts } from '../../src/discovery/facts.js';
import type { RemotePort } from '../../src/discovery/remote-port.js';
import { parsePathSelector } from '../../src/model/path-selector.js';
import type { Input, Policy, PortablePath, PortableSettings, PortableUnit, Request } from '../../src/model/types.js';
import { reservationInput } from './reservation-inputs.js';
import { accessStates, dev, facts, group, lu, map, policy, rport } from './model-play.js';

const ports = [1, 2, 3, 4];
const port = fc.constantFrom(...ports);
const unit = fc.constantFrom(0, 0, 0, 1, 2);
const at = fc.integer({ min: 1_000_000, max: 1_100_000 });

const pathFacts: fc.Arbitrary<PathFacts> = fc
  .record({
    port,
    unit,
    access: fc.constantFrom(...accessStates),
    state: fc.constantFrom('running', 'running', 'running', 'blocked', 'offline', 'transport-offline'),
    size: fc.constantFrom(2048, 2048, 2048, 4096),
    // Now and then a device that leads to another unit than its number says, or has the identity of another path.
    elsewhere: fc.constantFrom(0, 0, 0, 0, 0, 1),
    twin: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ port: number, unit: index, access, state, size, elsewhere, twin }) => ({
    ...facts(number, { access, state: state as PathFacts['state'], sizeSectors: sectors(size) }, index),
    wwid: lu(index + elsewhere),
    key: twin ? pathKey('i1', 't1', index) : facts(number, {}, index).key,
  }));

const remotePort: fc.Arbitrary<RemotePort> = fc
  .record({
    port,
    state: fc.constantFrom('online' as const, 'online' as const, 'lost' as const, 'lost' as const, 'marginal' as const),
    fastIoFailSec: fc.constantFrom(null, null, 0, 5, 7),
    devLossSec: fc.constantFrom(null, 60, 60, 90, 3),
    // Now and then another port has the name.
    targetPort: fc.constantFrom(undefined, undefined, undefined, 't9'),
  })
  .map(({ port: number, state, fastIoFailSec, devLossSec, targetPort }) =>
    rport(number, {
      state,
      portState: { online: 'Online', lost: 'Blocked', marginal: 'Marginal' }[state],
      fastIoFailSec,
      devLossSec,
      hostDevLossSec: 60,
      ...(targetPort === undefined ? {} : { targetPort }),
    }),
  );

const mapOf = (index: number): fc.Arbitrary<MapFacts> =>
  fc
    .record({
      order: fc.shuffledSubarray(ports, { minLength: 1 }),
      marks: fc.array(fc.constantFrom('', '', 'F1', 'F2', 'A2'), { minLength: 4, maxLength: 4 }),
      shared: fc.boolean(),
      bypassed: fc.nat(4),
      active: fc.nat(4),
      openCount: fc.nat(1),
      queueIfNoPath: fc.boolean(),
    })
    .map(({ order, marks, shared, bypassed, active, openCount, queueIfNoPath }) => {
      const words = order.map((number, place) => `${String(number)}${marks[place] ?? ''}`);
      const texts = shared ? [words.join(' ')] : words;
      const groups = texts.map((text, place) =>
        group(text, place >= texts.length - bypassed ? { state: 'bypassed' } : {}, index),
      );
      return map(groups, { activeGroup: Math.min(active, groups.length), openCount, queueIfNoPath }, index);
    });

const selector = fc
  .oneof(
    fc.record({ port, unit }).map(({ port: number, unit: index }) => `${String(number)}:0:0:${String(index)}`),
    port.map((number) => `${String(number)}:::`),
    fc.constant('9:0:0:0'),
    port.map((number) => dev(number)),
  )
  .map(parsePathSelector);

/** Whatever an operator may ask. */
export const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ kind: fc.constantFrom('enable' as const, 'use' as const), path: selector }),
  fc.record({ kind: fc.constant('disable' as const), path: selector, force: fc.boolean() }),
  fc.record({ kind: fc.constant('swap' as const), first: selector, second: selector }),
  fc.record({
    kind: fc.constant('set-priority' as const),
    path: selector,
    priority: fc.constantFrom(0, 1, 2, 3, 7, 254, 255, 1.5),
  }),
  fc.record({
    kind: fc.constant('set-balance' as const),
    path: selector,
    mode: fc.constantFrom(
      'none' as const,
      'round-robin' as const,
      'service-time' as const,
      'historical-service-time' as const,
    ),
  }),
  fc.record({ kind: fc.constant('failback' as const), path: fc.option(selector) }),
  fc.record({
    kind: fc.constant('set-failback' as const),
    mode: fc.constantFrom('active' as const, 'standby' as const),
  }),
  fc.record({
    kind: fc.constant('set-cluster' as const),
    on: fc.boolean(),
    balancing: fc.constantFrom(undefined, false, true),
  }),
  fc.record({
    kind: fc.constant('set-watcher' as const),
    watcher: fc.record({ intervalSec: fc.integer({ min: -1, max: 4000 }) }),
  }),
  fc.record({
    kind: fc.constant('import' as const),
    settings: portableSettings(),
    skipMissing: fc.boolean(),
    force: fc.boolean(),
  }),
);

/** Settings of a file: any part may be left out, and some name what is not there. */
export function portableSettings(): fc.Arbitrary<PortableSettings> {
  const path = fc.record(
    { priority: fc.constantFrom(1, 2, 3, 4, 7, 254, 255), enabled: fc.boolean() },
    { requiredKeys: [] },
  );
  const pathsOf = (index: number): fc.Arbitrary<Record<string, PortablePath>> =>
    fc.dictionary(
      port.map((number) => facts(number, {}, index).key),
      path,
      { maxKeys: 4 },
    );
  const portableUnit = (index: number): fc.Arbitrary<PortableUnit> =>
    fc.record(
      {
        number: fc.constantFrom(0, 1, 2, 9, -1),
        name: fc.constantFrom('lu0', 'lu1', 'lu2', 'nec0', 'data', '../x'),
        balance: fc.constantFrom('none' as const, 'service-time' as const, 'historical-service-time' as const),
        paths: pathsOf(index),
      },
      { requiredKeys: [] },
    );
  const named = (index: number): fc.Arbitrary<[string, PortableUnit]> =>
    fc.tuple(fc.constant(lu(index)), portableUnit(index));
  const units = fc
    .uniqueArray(fc.constantFrom(0, 1, 9), { maxLength: 3 })
    .chain((indexes) => fc.tuple(...indexes.map(named)))
    .map((entries): Record<string, PortableUnit> => Object.fromEntries(entries));
  return fc.record(
    {
      version: fc.constant(1 as const),
      failback: fc.constantFrom('active' as const, 'standby' as const),
      cluster: fc.boolean(),
      clusterBalancing: fc.boolean(),
      watcher: fc.record({ intervalSec: fc.integer({ min: -1, max: 4000 }) }, { requiredKeys: [] }),
      units,
    },
    { requiredKeys: ['version'] },
  );
}

const wwid = unit.map((index) => lu(index));

/** One input of any kind. */
export const input: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      at,
      kind: fc.constant('inventory' as const),
      paths: fc.array(pathFacts, { maxLength: 8 }),
      maps: fc.array(unit.chain(mapOf), { maxLength: 2 }),
      ports: fc.uniqueArray(remotePort, { maxLength: 4, selector: ({ name }) => name }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ at, kind: fc.constant('path-present' as const), facts: pathFacts }) },
  {
    weight: 2,
    arbitrary: fc.record({
      at,
      kind: fc.constant('path-gone' as const),
      devT: fc.record({ port, unit }).map(({ port: number, unit: index }) => dev(number, index)),
      reason: fc.constant('removed' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: unit.chain((index) =>
      fc.record({
        at,
        kind: fc.constant('map' as const),
        wwid: fc.constant(lu(index)),
        map: fc.option(mapOf(index), { freq: 6 }),
      }),
    ),
  },
  { weight: 1, arbitrary: fc.record({ at, kind: fc.constant('applied' as const), wwid }) },
  {
    weight: 1,
    arbitrary: fc.record({
      at,
      kind: fc.constant('apply-failed' as const),
      wwid,
      code: fc.constantFrom('DM_IOCTL' as const, 'DM_SUSPENDED' as const),
      message: fc.constantFrom('a', 'b'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      at,
      kind: fc.constant('probed' as const),
      answers: fc.array(
        fc.record({
          wwid: fc.constant(lu()),
          key: port.map((number) => facts(number).key),
          verdict: fc.constantFrom(
            'up' as const,
            'up' as const,
            'down' as const,
            'standby' as const,
            'retry' as const,
            'ignore' as const,
          ),
          outcome: fc.constant('outcome'),
          latencyMs: fc.nat(9),
          listed: fc.constantFrom(undefined, undefined, false, true),
        }),
        { maxLength: 4 },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at,
      kind: fc.constant('disk-kept' as const),
      devT: port.map((number) => dev(number)),
      reason: fc.constantFrom('held', 'mounted'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at,
      kind: fc.constant('access-states' as const),
      wwid,
      groups: fc.array(
        fc.record({ id: port, state: fc.constantFrom(...accessStates.filter((state) => state !== null)) }),
        { maxLength: 4 },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at,
      kind: fc.constant('storage-changed' as const),
      scope: fc.constantFrom('host1', 'host2', '1:0:0:0', '2:0:0:0'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ at, kind: fc.constant('port' as const), port: remotePort }) },
  {
    weight: 1,
    arbitrary: fc.record({
      at,
      kind: fc.constant('port-removed' as const),
      name: port.map((each) => rport(each).name),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      at,
      kind: fc.constant('shared-ports' as const),
      names: fc.subarray(ports.map((each) => rport(each).name)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      at,
      kind: fc.constant('fabric-notice' as const),
      notice: fc.record({
        kind: fc.constantFrom('degraded' as const, 'clear' as const),
        host: port.map((each) => rport(each).host),
        targetPort: fc.option(port.map((each) => rport(each).targetPort)),
        what: fc.constant('FPIN'),
      }),
    }),
  },
  { weight: 2, arbitrary: reservationInput(at) },
  { weight: 1, arbitrary: fc.record({ at, kind: fc.constant('tick' as const) }) },
  { weight: 5, arbitrary: fc.record({ at, kind: fc.constant('request' as const), request }) },
);

/** Every policy that the configuration and the kernel can make. */
export const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  initial: fc.constantFrom('auto' as const, 'manual' as const),
  noPath: fc.constantFrom(
    { mode: 'fail' as const },
    { mode: 'queue' as const },
    { mode: 'queue-for' as const, seconds: 30 },
  ),
  vanishedSec: fc.constantFrom(null, 1, 30),
  ports: fc.record({
    fastIoFail: fc.constantFrom('adaptive' as const, 'adaptive' as const, 'off' as const, 0, 100),
    devLoss: fc.constantFrom('auto' as const, 'auto' as const, 'keep' as const, 1, 2000),
    flapping: fc.constantFrom(null, { losses: 2, withinSec: 60, holdSec: 30 }),
  }),
  namePrefix: fc.constantFrom('lu', 'nec'),
  names: fc.constantFrom(new Map(), new Map([[lu(1), map([]).name]])),
  selectors: fc.constantFrom(policy.selectors, ['round-robin' as const], []),
});
