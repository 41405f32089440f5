/** The helper process of pathmanagerd that makes changes which may wait for storage: see src/controller/change-pool.ts. */
import { asPathManagerError } from '../base/errors.js';
import type { ChangeAnswer, HelperMessage } from '../controller/change-pool.js';
import { carryOut } from '../controller/dm-kernel-maps.js';
import type { MapChange } from '../controller/ports.js';

process.on('message', (change: MapChange) => {
  say(answer(change));
});
// The daemon has let go of it, or is dead; perhaps since before this was listened for.
process.on('disconnect', () => process.exit(0));
if (!process.connected) process.exit(0);
say({ up: true });

/** A daemon that dies now hears nothing any more, and its end is told by "disconnect". */
function say(message: HelperMessage): void {
  process.send?.(message, () => undefined);
}

function answer(change: MapChange): ChangeAnswer {
  try {
    carryOut(change);
    return { ok: true };
  } catch (error) {
    const { code, message, facts } = asPathManagerError(error);
    return { ok: false, code, message, facts };
  }
}
