/** What holds of remote ports whatever happens, in whatever order. */
import { expect } from 'chai';
import fc from 'fast-check';
import { isUsable } from '../../../src/model/availability.js';
import { initialState } from '../../../src/model/saved.js';
import { step } from '../../../src/model/step.js';
import type { Effect, Input, ModelState, Unit } from '../../../src/model/types.js';
import { nextWake } from '../../../src/model/wake.js';
import { anyPolicy, input } from '../../support/model-inputs.js';

type Timeouts = Effect & { kind: 'set-port-timeouts' };

describe('Remote ports, after any inputs', () => {
  it('never take the last path of a unit with them', () => {
    steps((before, each, after) => {
      if (each.kind !== 'port' && each.kind !== 'port-removed' && each.kind !== 'fabric-notice') return;
      for (const unit of before.units.values()) {
        const now = after.units.get(unit.wwid);
        if (unit.paths.some((path) => path.failure === null)) expect(good(now)).to.be.greaterThan(0);
        if (unit.paths.some(isUsable)) expect(now?.paths.some(isUsable)).to.equal(true);
      }
    });
  });

  it('have no path in service while they are lost, but the last one, an unproved one, or one that the kernel uses', () => {
    steps((_before, each, after) => {
      if (each.kind !== 'port' || each.port.state !== 'lost') return;
      for (const unit of after.units.values()) {
        const lost = unit.paths.filter((path) => path.failure === null && path.facts.remotePort === each.port.name);
        for (const path of lost) expect(path.suspicion).to.not.equal(null);
        if (lost.length > 0)
          expect(unit.paths.filter((path) => isUsable(path) && path.suspicion === null)).to.deep.equal([]);
      }
    });
  });

  it('mark exactly the paths behind them as marginal', () => {
    steps((_before, _each, { units, ports }) => {
      for (const path of [...units.values()].flatMap((unit) => unit.paths)) {
        expect(path.marginal).to.equal(ports.get(path.facts.remotePort ?? '')?.marginal ?? null);
      }
    });
  });

  it('fail their I/O at once only where every unit behind them has another way', () => {
    writes((effect, { units, policy, ports }) => {
      if (effect.fastIoFailSec !== 0 || policy.ports.fastIoFail !== 'adaptive') return;
      // Nothing longer fits below a dev_loss_tmo of 1.
      if ((effect.devLossSec ?? ports.get(effect.port)?.facts.devLossSec ?? 60) <= 1) return;
      for (const { paths } of units.values()) {
        if (!paths.some((path) => path.facts.remotePort === effect.port)) continue;
        const others = paths.filter((path) => path.facts.remotePort !== effect.port);
        expect(others.some((path) => isUsable(path) && path.suspicion === null)).to.equal(true);
      }
    });
  });

  it('get only time-outs that the kernel takes, and never in place of an operator', () => {
    writes(({ port: name, fastIoFailSec: fast, devLossSec: loss }, { ports }) => {
      const port = ports.get(name);
      expect(port?.lostSince).to.equal(null);
      // What was written before counts, seen or not.
      const fastAfter = port?.fastIoFail.wrote?.value ?? port?.facts.fastIoFailSec ?? null;
      const lossAfter = loss ?? port?.facts.devLossSec ?? 1e9;
      if (typeof fast === 'number') expect(fast).to.be.within(0, Math.min(600, Math.max(0, lossAfter - 1)));
      if (fastAfter === null) expect(loss ?? 0).to.be.at.most(Math.max(600, port?.facts.devLossSec ?? 0));
      if (fast !== undefined) expect(port?.fastIoFail.owner).to.equal('ours');
      if (loss !== undefined) expect(port?.devLoss.owner).to.equal('ours');
    });
  });

  it('never get a shorter dev_loss_tmo but by the configuration', () => {
    writes(({ port, devLossSec }, { ports, policy }) => {
      if (devLossSec === undefined || policy.ports.devLoss !== 'auto') return;
      expect(devLossSec).to.be.greaterThan(ports.get(port)?.facts.devLossSec ?? 0);
    });
  });

  it('have a tick set for whatever is due', () => {
    const wakes = { at: null as number | null };
    steps((before, each, after, effects) => {
      if (before.units.size === 0 && before.ports.size === 0) wakes.at = null;
      if (each.kind === 'tick') wakes.at = null;
      for (const effect of effects) if (effect.kind === 'wake') wakes.at = effect.at;
      const due = nextWake(after);
      if (due !== null) expect(wakes.at).to.be.at.most(due);
    });
  });
});

function good(unit: Unit | undefined): number {
  return unit?.paths.filter((path) => path.failure === null).length ?? 0;
}

function writes(check: (effect: Timeouts, after: ModelState) => void): void {
  let seen = 0;
  steps((_before, _each, after, effects) => {
    for (const effect of effects) {
      if (effect.kind !== 'set-port-timeouts') continue;
      seen += 1;
      check(effect, after);
    }
  });
  expect(seen).to.be.greaterThan(100);
}

function steps(check: (before: ModelState, each: Input, after: ModelState, effects: readonly Effect[]) => void): void {
  fc.assert(
    fc.property(anyPolicy, fc.array(input, { minLength: 20, maxLength: 60, size: 'max' }), (policy, inputs) => {
      let state = initialState(policy, null);
      for (const each of inputs) {
        const { state: next, effects } = step(state, each);
        check(state, each, next, effects);
        state = next;
      }
    }),
    // So many that what is counted above is reached with every seed.
    { numRuns: 250 },
  );
}
