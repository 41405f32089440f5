// The product on an array that another node uses as well.
import { LabArray, type ArraySpec } from '../array.js';
import { clearAway, LabSystem } from '../system.js';
import { PeerNode } from './peer-node.js';
import { keepRegistrations } from './target-restart.js';

export interface SharedArray {
  readonly system: LabSystem;
  readonly peer: PeerNode;
}

/** Starts everything, as `LabSystem.start`; the array can keep registrations, and has none. */
export async function shareArray(spec: ArraySpec, config?: string): Promise<SharedArray> {
  await clearAway();
  keepRegistrations();
  const array = await LabArray.create(spec);
  const peer = await PeerNode.connect(array);
  return { peer, system: await LabSystem.on(array, config) };
}
