// mocha's root hooks in the lab. Of a hook that fails the reporter takes care: no hook is called after it.
import { printFailureLogs } from './failure-logs.js';

export const mochaHooks: Mocha.RootHookObject = {
  afterEach(this: Mocha.Context) {
    if (this.currentTest?.state === 'failed') printFailureLogs();
  },
};
