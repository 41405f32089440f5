/**
 * The model: state and input to state and effects. Pure and total: no clock, no I/O, an answer to every input. What
 * concerns no known unit or device changes nothing.
 */
import { asPathManagerError } from '../base/errors.js';
import { conclude } from './conclude.js';
import { pathGone, pathPresent, takeInventory, takeMap } from './inventory.js';
import { endOverdueQueueing } from './overdue.js';
import { takeApplied, takeApplyFailed } from './outcome.js';
import { takeNotice } from './ports/marginal.js';
import { removePort, takePort, takeShared, takeTime } from './ports/take.js';
import { takeAccessStates, takeProbe, takeStorageChanged } from './proof.js';
import { carryOut } from './requests/request.js';
import { joinAll, takeGivenUp, takeJoined, takeLost, takeRegistered } from './reservations/take.js';
import { seekDue } from './seeking.js';
import { Turn } from './turn.js';
import type { Input, ModelState, Step } from './types.js';
import { takeKept } from './vanished.js';

export function step(state: ModelState, input: Input): Step {
  const turn = new Turn(state, input.at);
  if (input.kind === 'request') {
    try {
      carryOut(turn, input.request);
    } catch (error) {
      return { state, effects: [], refusal: asPathManagerError(error), changed: [], touched: [] };
    }
  } else {
    take(turn, input);
  }
  return conclude(turn);
}

function take(turn: Turn, input: Exclude<Input, { kind: 'request' }>): void {
  switch (input.kind) {
    case 'inventory': {
      takeInventory(turn, input);
      return;
    }
    case 'path-present': {
      pathPresent(turn, input.facts);
      return;
    }
    case 'path-gone': {
      pathGone(turn, input.devT, input.reason === 'identity-changed' ? input.to : null);
      return;
    }
    case 'map': {
      takeMap(turn, input.wwid, input.map);
      return;
    }
    case 'applied': {
      takeApplied(turn, input.wwid);
      return;
    }
    case 'apply-failed': {
      takeApplyFailed(turn, input.wwid, input.code, input.message);
      return;
    }
    case 'probed': {
      for (const answer of input.answers) takeProbe(turn, answer);
      return;
    }
    case 'disk-kept': {
      takeKept(turn, input.devT, input.reason);
      return;
    }
    case 'storage-changed': {
      takeStorageChanged(turn, input.scope);
      return;
    }
    case 'access-states': {
      takeAccessStates(turn, input.wwid, input.groups);
      return;
    }
    case 'port': {
      takePort(turn, input.port);
      return;
    }
    case 'port-removed': {
      removePort(turn, input.name);
      return;
    }
    case 'fabric-notice': {
      takeNotice(turn, input.notice);
      return;
    }
    case 'shared-ports': {
      takeShared(turn, input.names);
      return;
    }
    case 'key-registered': {
      takeRegistered(turn, input);
      return;
    }
    case 'key-given-up': {
      takeGivenUp(turn, input);
      return;
    }
    case 'key-lost': {
      takeLost(turn, input);
      return;
    }
    case 'joined': {
      takeJoined(turn, input);
      return;
    }
    case 'watcher-came': {
      joinAll(turn);
      return;
    }
    case 'tick': {
      turn.isTick = true;
      // First: it only notes, and what the others change goes on from that.
      seekDue(turn);
      endOverdueQueueing(turn);
      takeTime(turn);
      return;
    }
  }
}
