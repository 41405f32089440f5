import { setLogger } from '@oclif/core/logger';
import type { Logger } from '@oclif/core/interfaces';

const ignore = (): void => undefined;

const silent: Logger = {
  namespace: 'spscmd',
  child: () => silent,
  debug: ignore,
  error: ignore,
  info: ignore,
  trace: ignore,
  warn: ignore,
};

/** Turns oclif's own debug lines off: nobody reads them, and getting ready for them takes longer than to parse. */
export function silenceOclif(): void {
  setLogger({ root: '', logger: silent });
}
