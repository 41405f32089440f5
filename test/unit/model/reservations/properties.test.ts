/** What holds of reservation keys whatever happens, in whatever order. */
import { expect } from 'chai';
import fc from 'fast-check';
import { wantedMap } from '../../../../src/model/grouping.js';
import { plan } from '../../../../src/model/plan.js';
import { initialState, toSaved } from '../../../../src/model/saved.js';
import { step } from '../../../../src/model/step.js';
import type { Effect, ModelState, Unit } from '../../../../src/model/types.js';
import { anyPolicy, input } from '../../../support/model-inputs.js';
import { reservationInput } from '../../../support/reservation-inputs.js';

describe('The model with reservation keys, after any inputs', () => {
  it('has no path in service that is not registered, and none at all where the key was taken away', () => {
    let [held, lost] = [0, 0];
    always((unit) => {
      const { reservation } = unit;
      if (reservation === null) {
        expect(unit.paths.every(({ registration }) => registration === 'none')).to.equal(true);
        return;
      }
      const available = unit.paths.filter(({ failure }) => failure === null);
      expect(available.filter(({ registration }) => registration !== 'held')).to.deep.equal([]);
      held += available.length;
      if (reservation.lostSince === null) return;
      lost += 1;
      expect(available).to.deep.equal([]);
    });
    expect(Math.min(held, lost)).to.be.greaterThan(100);
  });

  it('wants no I/O on such a path, loads none that was never registered, and fails what is in the table', () => {
    always((unit, state) => {
      if (unit.reservation === null) return;
      const wanted = wantedMap(unit, state.policy, state.settings);
      if (wanted === null) return;
      const standing = new Map(unit.paths.map(({ facts, registration }) => [facts.devT, registration]));
      const isLost = unit.reservation.lostSince !== null;
      for (const path of wanted.groups.flatMap(({ paths }) => paths)) {
        expect(standing.get(path.devT)).to.equal(path.failed ? standing.get(path.devT) : 'held');
        expect(standing.get(path.devT)).to.not.equal('none');
      }
      if (isLost) expect([wanted.groups, wanted.active, wanted.queueIfNoPath]).to.deep.equal([[], null, false]);
      const failed = plan(wanted, unit.map).flatMap((each) =>
        each.kind === 'message' && each.message.kind === 'fail-path' ? [each.message.devT] : [],
      );
      const inTable = unit.map?.hasTable === true ? unit.map.groups.flatMap(({ paths }) => paths) : [];
      for (const { devT, failed: isFailed } of inTable) {
        const isBarred = standing.has(devT) && (isLost || standing.get(devT) === 'none');
        if (isBarred && !isFailed) expect(failed).to.include(devT);
      }
    });
  });

  it('asks for no registration where there is no key, or it was taken away', () => {
    let asked = 0;
    played((state, effects) => {
      for (const effect of effects) {
        if (effect.kind !== 'join') continue;
        asked += 1;
        expect(state.units.get(effect.wwid)?.reservation?.lostSince).to.equal(null);
      }
    });
    expect(asked).to.be.greaterThan(100);
  });

  it('puts nothing back in the kernel that may carry no I/O, and takes it out in the step that says so', () => {
    played((state, effects) => {
      for (const effect of effects) {
        if (effect.kind !== 'reinstate-path') continue;
        const [path] = [...state.units.values()].flatMap((unit) =>
          unit.paths.filter(({ facts }) => facts.devT === effect.devT && unit.reservation !== null),
        );
        if (path !== undefined) expect(path.registration).to.equal('held');
      }
    });
  });

  it('keeps a key that was taken away over a restart, and lets nothing in after it', () => {
    fc.assert(
      fc.property(anyPolicy, inputs, inputs, (policy, before, after) => {
        let state = initialState(policy, null);
        for (const each of before) state = step(state, each).state;
        const lost = [...state.units.values()].filter(({ reservation }) => reservation?.lostSince != null);
        state = initialState(policy, toSaved(state));
        for (const each of after) {
          if (each.kind === 'key-registered' || each.kind === 'key-given-up') continue;
          state = step(state, each).state;
        }
        for (const { wwid } of lost) {
          expect(state.units.get(wwid)?.paths.every(({ failure }) => failure !== null)).to.equal(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** More of them than in other tests. */
const any = fc.oneof(
  { weight: 5, arbitrary: input },
  { weight: 1, arbitrary: reservationInput(fc.constant(1_050_000)) },
);
const inputs = fc.array(any, { minLength: 20, maxLength: 60, size: 'max' });

function always(check: (unit: Unit, state: ModelState) => void): void {
  played((state) => {
    for (const unit of state.units.values()) check(unit, state);
  });
}

function played(check: (state: ModelState, effects: readonly Effect[]) => void): void {
  fc.assert(
    fc.property(anyPolicy, inputs, (policy, all) => {
      let state = initialState(policy, null);
      for (const each of all) {
        const { state: next, effects } = step(state, each);
        state = next;
        check(state, effects);
      }
    }),
    // So many that what is counted above is reached with every seed.
    { numRuns: 600 },
  );
}
