/** What an operator asks, sent to the file that knows. */
import type { Turn } from '../turn.js';
import type { Request } from '../types.js';
import { setBalance } from './balancing.js';
import { disablePaths, enablePaths } from './enablement.js';
import { failBack } from './failback.js';
import { importSettings } from './import.js';
import { setCluster, setFailback, setWatcher } from './modes.js';
import { setPriority, swapPaths, usePaths } from './priorities.js';
import { endQueueing } from './queueing.js';

/** Carries a request out on the step in the making. Throws a PathManagerError that refuses it as a whole. */
export function carryOut(turn: Turn, request: Request): void {
  switch (request.kind) {
    case 'enable': {
      enablePaths(turn, request.path);
      return;
    }
    case 'disable': {
      disablePaths(turn, request.path, request.force);
      return;
    }
    case 'use': {
      usePaths(turn, request.path);
      return;
    }
    case 'swap': {
      swapPaths(turn, request.first, request.second);
      return;
    }
    case 'set-priority': {
      setPriority(turn, request.path, request.priority);
      return;
    }
    case 'set-balance': {
      setBalance(turn, request.path, request.mode);
      return;
    }
    case 'failback': {
      failBack(turn, request.path);
      return;
    }
    case 'set-failback': {
      setFailback(turn, request.mode);
      return;
    }
    case 'set-cluster': {
      setCluster(turn, request.on, request.balancing);
      return;
    }
    case 'set-watcher': {
      setWatcher(turn, request.watcher);
      return;
    }
    case 'end-queueing': {
      endQueueing(turn, request.seconds);
      return;
    }
    case 'import': {
      importSettings(turn, request);
      return;
    }
  }
}
