// The daemons that the benchmark compares, with their settings.
import { Ours } from '../../inside/ours.js';
import { Peer, type PeerSettings } from '../../inside/peer.js';
import type { FcSide } from '../results.js';

export interface RunnableSide {
  start(): Promise<void>;
  /** The numbers of all processes that belong to it. */
  processes(): readonly number[];
  stop(): Promise<void>;
  /** Takes its libraries out of the way. */
  release(): void;
}

/** Two paths become a map without being listed first; all else as the package has it, its entry for the array too. */
const defaults: PeerSettings = { find_multipaths: 'yes', user_friendly_names: 'yes' };
const tuned: PeerSettings = { ...defaults, fast_io_fail_tmo: 1, polling_interval: 1 };

export function makeSide(name: FcSide): RunnableSide {
  return name === 'ours' ? ours() : peer(name === 'peer' ? defaults : tuned);
}

function ours(): RunnableSide {
  const daemons = new Ours();
  return {
    start: async () => {
      daemons.start();
      await daemons.connected();
    },
    processes: () => daemons.processes,
    stop: () => daemons.stop(),
    release: () => undefined,
  };
}

function peer(settings: PeerSettings): RunnableSide {
  const daemon = new Peer();
  return {
    start: () => {
      daemon.configure(settings);
      daemon.start();
      return Promise.resolve();
    },
    processes: () => [daemon.pid],
    stop: () => daemon.stop(),
    release: () => daemon.release(),
  };
}
