/** Stands for the map changer: the name of the map says what becomes of the change. */
import type { MapChange } from '../../src/controller/ports.js';
import type { HelperMessage } from '../../src/controller/change-pool.js';

const answers: Readonly<Record<string, HelperMessage | 'nothing' | 'death'>> = {
  good: { ok: true },
  refused: { ok: false, code: 'DM_IOCTL', message: 'Cannot load', facts: { errno: 12 } },
  hangs: 'nothing',
  dies: 'death',
};

process.on('message', ({ name }: MapChange) => {
  const answer = answers[name] ?? 'nothing';
  if (answer === 'death') process.exit(1);
  if (answer !== 'nothing') process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ up: true });
