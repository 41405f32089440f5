/** What a controller that stops leaves behind: nobody is there any more to bring a path back or to see the last one go. */
import { portsAtRest } from '../model/ports/timeouts.js';
import type { ModelState } from '../model/types.js';
import type { KernelMaps, PortTimeouts } from './ports.js';

/** Remote ports become patient: one may come to carry the last path of a unit. */
export function leavePatient(portTimeouts: PortTimeouts, state: ModelState, attempt: (work: () => void) => void): void {
  for (const { port, ...values } of portsAtRest(state)) attempt(() => void portTimeouts.write(port, values));
}

/** I/O without a path fails, instead of waiting for ever. */
export function stopQueueing(kernel: KernelMaps, attempt: (work: () => void) => void): void {
  for (const map of kernel.list())
    if (map.queueIfNoPath) attempt(() => kernel.message(map.name, { kind: 'fail-if-no-path' }));
}
