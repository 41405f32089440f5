import { z } from 'zod/mini';

/** A reservation key as the state file and the watcher give it: 8 bytes, not zero. */
export const keySchema = z.string().check(z.regex(/^0x(?!0{16}$)[0-9a-f]{16}$/, 'not a reservation key'));
