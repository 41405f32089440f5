/** Whatever the kernel has and whatever is wanted: the plan gets there, at once, and never by way of no path. */
import { expect } from 'chai';
import fc from 'fast-check';
import { devT, sectors, type DevT } from '../../../src/base/ids.js';
import type { MapTable, SelectorName } from '../../../src/base/map-facts.js';
import { plan } from '../../../src/model/plan.js';
import type { WantedGroup, WantedMap } from '../../../src/model/types.js';
import { KernelGroupModel } from '../../support/kernel-group-model.js';
import { lu } from '../../support/model-play.js';

const devices = [1, 2, 3, 4, 5].map((minor) => devT(`8:${String(minor * 16)}`));
const selectors: readonly SelectorName[] = ['round-robin', 'queue-length', 'service-time'];

/** Some of the devices, in some order, cut into groups. */
const groups = fc
  .tuple(fc.shuffledSubarray([...devices], { minLength: 1 }), fc.array(fc.nat(4), { maxLength: 4 }))
  .map(([chosen, cuts]) => cut(chosen, new Set(cuts)));

const table: fc.Arbitrary<MapTable> = fc.record({
  sizeSectors: fc.constantFrom(sectors(2048), sectors(4096)),
  queueIfNoPath: fc.boolean(),
  groups: fc
    .tuple(groups, fc.constantFrom(...selectors))
    .map(([each, selector]) => each.map((paths) => ({ selector, paths }))),
});

/** As `wantedMap` makes them: bypassed groups at the end, and active the first with a path that is not failed. */
const wanted: fc.Arbitrary<WantedMap> = fc
  .record({ table, bypassed: fc.nat(5), failed: fc.subarray([...devices]), forgives: fc.option(fc.nat(3)) })
  .map(({ table: { sizeSectors, queueIfNoPath, groups: all }, bypassed, failed, forgives }) => {
    const wantedGroups: WantedGroup[] = all.map(({ selector, paths }, index) => ({
      selector,
      bypassed: index >= all.length - bypassed,
      paths: paths.map((each) => ({ devT: each, failed: failed.includes(each), forgives })),
    }));
    const active = wantedGroups.findIndex((group) => group.paths.some((path) => !path.failed));
    return { sizeSectors, queueIfNoPath, groups: wantedGroups, active: active < 0 ? null : active, barred: [] };
  });

/** What happened to the kernel's map before. */
const past = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('fail-path' as const, 'reinstate-path' as const),
      devT: fc.constantFrom(...devices),
    }),
    fc.record({
      kind: fc.constantFrom('disable-group' as const, 'enable-group' as const, 'switch-group' as const),
      group: fc.integer({ min: 1, max: 5 }),
    }),
    fc.record({ kind: fc.constantFrom('queue-if-no-path' as const, 'fail-if-no-path' as const) }),
    fc.constant('io' as const),
  ),
  { maxLength: 12 },
);

interface Scene {
  readonly want: WantedMap;
  readonly map: KernelGroupModel;
  /** The kernel had a table that messages alone can bring to what is wanted. */
  readonly near: boolean;
  /** For the counterexample. */
  readonly story: string;
}

const scene: fc.Arbitrary<Scene> = fc
  .record({
    want: wanted,
    from: fc.oneof(fc.constant('near' as const), fc.option(table, { nil: 'no table' as const }), fc.constant(null)),
    interleave: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    past,
    suspended: fc.boolean(),
  })
  .map(({ want, from, interleave, past: events, suspended }) => {
    const map = new KernelGroupModel(lu());
    const loaded = from === 'near' ? interleaved(want, interleave) : from;
    map.exists = loaded !== null;
    if (loaded !== null && loaded !== 'no table') map.load(loaded);
    for (const event of events) {
      if (event === 'io') map.target?.choosePath();
      else map.target?.message(event);
    }
    map.suspended = suspended;
    return { want, map, near: from === 'near', story: JSON.stringify({ facts: map.facts, events }) };
  });

describe('plan, on any kernel', () => {
  it('leaves nothing to do on an idle map', () => {
    everywhere(
      ({ want, map }) => {
        map.carryOut(plan(want, map.facts), want);
        expect(plan(want, map.facts)).to.deep.equal([]);
      },
      [NO_IO],
    );
  });

  // I/O between two messages may find a path failed that the next message reinstates: a second look puts that right.
  it('leaves nothing to do on a busy map after a second look', () => {
    everywhere(({ want, map }) => {
      lookTwice(want, map);
      expect(plan(want, map.facts)).to.deep.equal([]);
    });
  });

  it('brings every flag and every failure to what is wanted, new failures of the kernel apart', () => {
    everywhere(({ want, map }) => {
      const news = unforgiven(want, map);
      map.carryOut(plan(want, map.facts), want);
      expect(map.facts?.queueIfNoPath).to.equal(want.queueIfNoPath);
      expect(map.facts?.suspended).to.equal(false);
      const held = map.usable.length === 1 || news.length > 0;
      for (const group of want.groups) {
        for (const path of group.paths) {
          const state = `${path.devT}: ${String(map.usable.includes(path.devT))}`;
          if (path.failed && !held) expect(state).to.equal(`${path.devT}: false`);
          if (!path.failed && !news.includes(path.devT)) expect(state).to.equal(`${path.devT}: true`);
        }
        const state = map.facts?.groups.find((each) =>
          each.paths.some(({ devT: id }) => id === group.paths[0]?.devT),
        )?.state;
        expect(state === 'bypassed').to.equal(group.bypassed);
      }
    });
  });

  it('makes the next I/O take the wanted group', () => {
    everywhere(({ want, map }) => {
      const news = unforgiven(want, map);
      lookTwice(want, map);
      fc.pre(news.length === 0);
      const active = want.groups[want.active ?? -1]?.paths ?? [];
      const next = map.target?.choosePath() ?? null;
      if (want.active === null) expect(next).to.equal(null);
      else expect(active.filter((path) => !path.failed).map((path) => path.devT)).to.include(next);
    });
  });

  it('never leaves an instant without a path while there is one', () => {
    everywhere(({ want, map }) => {
      let had = map.usable.length > 0;
      const check = map.afterEach;
      map.afterEach = () => {
        check();
        if (had && want.active !== null) expect(map.usable).to.have.length.greaterThan(0);
        had = map.usable.length > 0;
      };
      map.carryOut(plan(want, map.facts), want);
    });
  });

  it('never reloads what messages can change', () => {
    everywhere(({ want, map, near }) => {
      fc.pre(near);
      const kinds = plan(want, map.facts).map((operation) => operation.kind);
      expect(kinds.filter((kind) => kind !== 'message' && kind !== 'resume')).to.deep.equal([]);
    });
  });
});

/** I/O comes after every n-th operation. */
const NO_IO = 0;
const rhythms = [NO_IO, 1, 2, 3];

function everywhere(check: (scene: Scene) => void, among: readonly number[] = rhythms): void {
  fc.assert(
    fc.property(scene, fc.constantFrom(...among), (each, rhythm) => {
      let count = 0;
      each.map.afterEach = () => {
        count += 1;
        if (rhythm !== NO_IO && count % rhythm === 0) each.map.target?.choosePath();
      };
      check(each);
    }),
    { numRuns: 500 },
  );
}

/** As the controller does: plan, carry out, look again. The I/O goes on in between. */
function lookTwice(want: WantedMap, map: KernelGroupModel): void {
  for (let look = 0; look < 2; look += 1) {
    map.carryOut(plan(want, map.facts), want);
    map.target?.choosePath();
  }
}

/** Paths that the kernel has failed and the model does not know of: the plan must leave them. */
function unforgiven(want: WantedMap, map: KernelGroupModel): readonly DevT[] {
  const present = map.facts?.groups.flatMap((group) => group.paths) ?? [];
  const reloads = plan(want, map.facts).some(({ kind }) => kind === 'reload' || kind === 'create');
  return want.groups
    .flatMap((group) => group.paths)
    .filter((path) => {
      const mark = present.find((each) => each.devT === path.devT);
      return !reloads && !path.failed && mark?.failed === true && mark.failCount > (path.forgives ?? -1);
    })
    .map((path) => path.devT);
}

/** The wanted table with its bypassed groups anywhere between the others, as a message left them. */
function interleaved(want: WantedMap, order: readonly boolean[]): MapTable {
  const normal = want.groups.filter((group) => !group.bypassed);
  const bypassed = want.groups.filter((group) => group.bypassed);
  const mixed: WantedGroup[] = [];
  for (const bypassedFirst of [...order, ...order]) {
    const from = bypassedFirst ? bypassed : normal;
    mixed.push(...from.splice(0, 1));
  }
  return {
    sizeSectors: want.sizeSectors,
    queueIfNoPath: !want.queueIfNoPath,
    groups: [...mixed, ...normal, ...bypassed].map(({ selector, paths }) => ({
      selector,
      paths: paths.map((path) => path.devT),
    })),
  };
}

function cut(chosen: readonly DevT[], cuts: ReadonlySet<number>): readonly (readonly DevT[])[] {
  const all: DevT[][] = [[]];
  for (const [index, each] of chosen.entries()) {
    if (cuts.has(index) && index > 0) all.push([]);
    all.at(-1)?.push(each);
  }
  return all;
}
