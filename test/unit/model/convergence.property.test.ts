/** The model and a kernel, with everything in between arriving late: they always come to agree, and no path is lost. */
import { expect } from 'chai';
import fc from 'fast-check';
import { wantedMap } from '../../../src/model/grouping.js';
import { plan } from '../../../src/model/plan.js';
import type { Policy } from '../../../src/model/types.js';
import { dev } from '../../support/model-play.js';
import { ModelWorld, type Action } from '../../support/model-world.js';

const port = fc.integer({ min: 1, max: 4 });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('cable' as const), port, works: fc.boolean() }) },
  { weight: 9, arbitrary: fc.constant<Action>({ kind: 'io' }) },
  { weight: 9, arbitrary: fc.constant<Action>({ kind: 'report' }) },
  { weight: 9, arbitrary: fc.constant<Action>({ kind: 'work' }) },
  { weight: 6, arbitrary: fc.constant<Action>({ kind: 'load ends' }) },
  { weight: 1, arbitrary: fc.constantFrom<Action>({ kind: 'load fails' }, { kind: 'tick' }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constantFrom('probe starts' as const, 'probe ends' as const), port }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('transport' as const), port }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('goes' as const, 'comes' as const), port }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('enable' as const, 'disable' as const, 'use' as const), port }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('balance' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('failback mode' as const), standby: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('somebody reinstates' as const, 'somebody fails' as const), port }),
  },
);

const policies: fc.Arbitrary<Partial<Policy>> = fc.record({
  initial: fc.constantFrom('auto' as const, 'manual' as const),
  selectors: fc.constantFrom(['round-robin' as const], ['round-robin' as const, 'service-time' as const]),
});

describe('The model with a kernel', () => {
  it('comes to rest with the kernel having what is wanted', () => {
    worlds((world) => {
      world.settle();
      const { state } = world.play;
      const wanted = wantedMap(world.play.unit(), state.policy, state.settings);
      expect(plan(wanted, world.kernel.facts)).to.deep.equal([]);
    });
  });

  it('comes to agree with the kernel on which paths have failed', () => {
    worlds((world) => {
      world.settle();
      const inTable = world.kernel.facts?.groups.flatMap((group) => group.paths) ?? [];
      for (const path of world.play.unit().paths) {
        const mark = inTable.find((each) => each.devT === path.facts.devT);
        expect(`${path.key} ${String(mark?.failed)}`).to.equal(`${path.key} ${String(path.failure !== null)}`);
      }
    });
  });

  it('carries I/O after one patrol exactly if a path works', () => {
    worlds((world) => {
      world.settle();
      world.patrol();
      world.settle();
      expect(world.io()).to.equal(world.anyWorks);
    });
  });

  it('has every path that works in service after one patrol, and no broken one but the last', () => {
    worlds((world) => {
      world.settle();
      world.patrol();
      world.settle();
      const { paths } = world.play.unit();
      const broken = paths.filter((path) => path.failure === null && !world.works(path.facts.devT));
      const idle = paths.filter((path) => path.failure !== null && world.works(path.facts.devT));
      expect(idle).to.deep.equal([]);
      expect(broken.length).to.be.at.most(world.anyWorks ? 0 : 1);
    });
  });

  it('does its I/O where it says', () => {
    worlds((world) => {
      world.settle();
      world.patrol();
      world.settle();
      fc.pre(world.anyWorks);
      const inUse = world.play.unit().paths.filter((path) => path.shown === 'in-use');
      expect(inUse.map((path) => path.facts.devT)).to.include(world.kernel.target?.choosePath());
    });
  });

  it('never forgets a failure that the I/O meets', () => {
    worlds((world) => {
      world.settle();
      world.io();
      world.settle();
      for (const each of [1, 2, 3, 4].map((number) => dev(number))) {
        const path = world.play.unit().paths.find(({ facts }) => facts.devT === each);
        const failed = world.kernel.target !== null && !world.kernel.usable.includes(each);
        if (path !== undefined && failed) expect(path.failure).to.not.equal(null);
      }
    });
  });
});

/** Long stories: short ones end before a path has failed and come back. */
function many<T>(each: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(each, { minLength: 60, maxLength: 150, size: 'max' });
}

function worlds(check: (world: ModelWorld) => void): void {
  fc.assert(
    fc.property(policies, fc.boolean(), many(action), (policy, running, actions) => {
      const world = new ModelWorld(policy);
      if (running) world.settle();
      for (const each of actions) world.act(each);
      check(world);
    }),
    { numRuns: 100 },
  );
}
