/** What holds whatever happens, in whatever order. */
import { expect } from 'chai';
import fc from 'fast-check';
import { accessRank, carriesIo } from '../../../src/base/access-state.js';
import { PRIORITY_MAX, PRIORITY_MIN } from '../../../src/base/ids.js';
import { wantedMap } from '../../../src/model/grouping.js';
import { exportView } from '../../../src/model/portable.js';
import { initialState, toSaved } from '../../../src/model/saved.js';
import { step } from '../../../src/model/step.js';
import type { Input, ModelState, Path, Policy, Unit } from '../../../src/model/types.js';
import { unitsView } from '../../../src/model/view.js';
import { anyPolicy, input, request } from '../../support/model-inputs.js';

const usable = (path: Path): boolean => path.failure === null && carriesIo(path.steadyAccess);
/** How good it is in normal service: a port that degrades is worse than any that does not. */
const rank = (path: Path): number => accessRank(path.steadyAccess) + (path.marginal === null ? 0 : 10);

describe('The model, after any inputs', () => {
  it('keeps priorities unique and within 1 to 254', () => {
    always((unit) => {
      const numbers = [...unit.paths, ...unit.remembered].map((path) => path.priority);
      expect(new Set(numbers).size).to.equal(numbers.length);
      for (const number of numbers) expect(number).to.be.within(PRIORITY_MIN, PRIORITY_MAX);
    });
  });

  it('uses one path of a unit that is not balanced, and the enabled ones of one access rank of one that is', () => {
    always((unit) => {
      const inUse = unit.paths.filter((path) => path.shown === 'in-use');
      const candidates = unit.paths.filter((path) => usable(path) && path.enabled);
      if (unit.balance === 'none' || candidates.length === 0) {
        expect(inUse.length).to.be.at.most(1);
      } else {
        const best = Math.min(...candidates.map(rank));
        expect(inUse).to.deep.equal(candidates.filter((path) => rank(path) === best));
      }
    });
  });

  it('uses the highest enabled path that carries I/O, of those whose port is well if there is one', () => {
    always((unit) => {
      const enabled = unit.paths.filter((path) => usable(path) && path.enabled);
      const well = enabled.filter((path) => path.marginal === null);
      const candidates = well.length > 0 ? well : enabled;
      if (unit.balance !== 'none' || candidates.length === 0) return;
      const highest = candidates.reduce((best, path) => (path.priority > best.priority ? path : best));
      expect(highest.shown).to.equal('in-use');
    });
  });

  it('leaves no available path idle while the unit has none in use: Standby is the last resort', () => {
    always((unit) => {
      const inUse = unit.paths.filter((path) => path.shown === 'in-use');
      const available = unit.paths.filter((path) => path.failure === null);
      expect(inUse.length > 0).to.equal(available.length > 0);
      const mightServe = available.some(usable);
      if (mightServe) expect(inUse.every(usable)).to.equal(true);
      expect(unit.pathlessSince === null).to.equal(
        available.length > 0 || (unit.paths.length === 0 && unit.map === null),
      );
    });
  });

  it('shows what the wanted table does', () => {
    always((unit, state) => {
      const wanted = wantedMap(unit, state.policy, state.settings);
      const active = wanted?.groups[wanted.active ?? -1]?.paths ?? [];
      const inUse = unit.paths.filter((path) => path.shown === 'in-use').map((path) => path.facts.devT);
      expect(new Set(active.filter((path) => !path.failed).map((path) => path.devT))).to.deep.equal(new Set(inUse));
    });
  });

  it('never mixes sizes, identities or devices in a unit', () => {
    always((unit) => {
      for (const path of unit.paths) {
        expect(path.facts.sizeSectors).to.equal(unit.sizeSectors);
        expect(path.facts.wwid).to.equal(unit.wwid);
        expect(path.key).to.equal(path.facts.key);
      }
      expect(new Set(unit.paths.map((path) => path.facts.devT)).size).to.equal(unit.paths.length);
      const keys = [...unit.paths, ...unit.remembered].map((path) => path.key);
      expect(new Set(keys).size).to.equal(keys.length);
    });
  });

  it('never has a path both failed and coming back, or both failed and suspected', () => {
    always((unit) => {
      for (const path of unit.paths.filter((each) => each.failure !== null)) {
        expect([path.suspicion, path.reinstating]).to.deep.equal([null, null]);
      }
    });
  });

  it('never gives two units a number or a name, nor a device to two', () => {
    played((state) => {
      const units = [...state.units.values()];
      expect(new Set(units.map((unit) => unit.number)).size).to.equal(units.length);
      expect(new Set(units.map((unit) => unit.name)).size).to.equal(units.length);
      const devices = units.flatMap((unit) => unit.paths.map((path) => path.facts.devT));
      expect(new Set(devices).size).to.equal(devices.length);
    });
  });

  it('comes back from a save with the same save', () => {
    played((state) => {
      const saved = toSaved(state);
      // A configured name that was taken may be free at the next start.
      const policy = { ...state.policy, names: new Map() };
      expect(toSaved(initialState(policy, saved))).to.deep.equal(saved);
    });
  });

  it('asks for a save exactly when a save would differ', () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(input, { minLength: 20, maxLength: 60, size: 'max' }), (policy, inputs) => {
        let state = initialState(policy, null);
        for (const each of inputs) {
          const before = JSON.stringify(toSaved(state));
          const { state: next, effects } = step(state, each);
          expect(effects.some(({ kind }) => kind === 'save')).to.equal(JSON.stringify(toSaved(next)) !== before);
          state = next;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('answers the same inputs with the same states and effects, and changes none that it gave before', () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(input, { minLength: 20, maxLength: 60, size: 'max' }), (policy, inputs) => {
        const [first, second] = [story(policy, inputs), story(policy, inputs)];
        expect(second).to.deep.equal(first);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves the state alone and asks for nothing where it refuses', () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(input, { minLength: 20, maxLength: 60, size: 'max' }), (policy, inputs) => {
        let state = initialState(policy, null);
        for (const each of inputs) {
          const result = step(state, each);
          if (result.refusal !== null) {
            expect(result.state).to.equal(state);
            expect(result.effects).to.deep.equal([]);
            expect(result.refusal.code).to.not.equal('INTERNAL');
            expect(result.refusal.message).to.match(/^[A-Z"].*[^.]$/);
          }
          state = result.state;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('takes its own export for no change', () => {
    played((state) => {
      const settings = exportView(state);
      const request = { kind: 'import' as const, settings, skipMissing: false, force: false };
      const result = step(state, { at: 1_200_000, kind: 'request', request });
      expect([result.refusal, result.effects, result.touched]).to.deep.equal([null, [], []]);
      expect(result.state).to.equal(state);
    });
  });

  it('comes back to an export, whatever operators have set since', () => {
    let compared = 0;
    const runs = { numRuns: 200 };
    const inputs = fc.array(input, { minLength: 20, maxLength: 60, size: 'max' });
    const requests = fc.array(request, { minLength: 5, maxLength: 20, size: 'max' });
    fc.assert(
      fc.property(anyPolicy, inputs, requests, (policy, before, since) => {
        let state = initialState(policy, null);
        for (const each of before) state = step(state, each).state;
        const settings = exportView(state);
        for (const each of since) state = step(state, { at: 1_200_000, kind: 'request', request: each }).state;
        const back = { kind: 'import' as const, settings, skipMissing: false, force: true };
        const { state: after, refusal } = step(state, { at: 1_300_000, kind: 'request', request: back });
        // What only an adopted map had: a selector that the policy does not know, a name that somebody else has by now.
        if (refusal !== null) expect(refusal.code).to.be.oneOf(['SELECTOR_MISSING', 'NAME_TAKEN']);
        else expect(exportView(after)).to.deep.equal(settings);
        compared += refusal === null ? 1 : 0;
      }),
      runs,
    );
    expect(compared).to.be.greaterThan(runs.numRuns / 2);
  });

  it('gives views that JSON can carry', () => {
    played((state) => {
      const view = unitsView(state, 7);
      expect(JSON.parse(JSON.stringify(view))).to.deep.equal(view);
    });
  });
});

/** Checks every unit after every input. */
function always(check: (unit: Unit, state: ModelState) => void): void {
  played((state) => {
    for (const unit of state.units.values()) check(unit, state);
  });
}

function played(check: (state: ModelState) => void): void {
  fc.assert(
    fc.property(anyPolicy, fc.array(input, { minLength: 20, maxLength: 60, size: 'max' }), (policy, inputs) => {
      let state = initialState(policy, null);
      for (const each of inputs) {
        state = step(state, each).state;
        check(state);
      }
    }),
    { numRuns: 100 },
  );
}

function story(policy: Policy, inputs: readonly Input[]): string {
  let state = initialState(policy, null);
  const told: unknown[] = [];
  for (const each of inputs) {
    const { state: next, effects, touched } = step(state, each);
    told.push([[...next.units.values()], [...next.refused], [...next.strayMaps], next.settings, effects, touched]);
    state = next;
  }
  return JSON.stringify(told);
}
