import { mapName, pathKey, priority, unitNumber, wwid } from '../../src/base/ids.js';
import type { SavedState, Settings } from '../../src/model/types.js';

/** A state file's content with one unit of two paths. */
export function savedState(settings: Partial<Settings> = {}): SavedState {
  return {
    version: 1,
    settings: {
      failback: 'active',
      cluster: false,
      clusterBalancing: false,
      watcher: { healthCheck: true, recoveryCheck: true, intervalSec: 60, thresholdSec: 60, timeoutSec: 120 },
      ...settings,
    },
    units: [
      {
        wwid: wwid('36001405aaaaaaaaaaaaaaaaaaaaaaaaa'),
        number: unitNumber(0),
        name: mapName('lu0'),
        balance: 'none',
        balanceChosen: false,
        prioritiesChosen: false,
        nameChosen: false,
        reservation: null,
        paths: [
          { key: pathKey('i0', 't0', 0), priority: priority(2), enabled: true },
          { key: pathKey('i1', 't1', 0), priority: priority(1), enabled: false },
        ],
      },
    ],
    ports: [{ initiatorPort: 'i0', targetPort: 't0', fastIoFailSec: [0, 5], devLossSec: [90] }],
  };
}
