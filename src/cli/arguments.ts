/** Arguments that several commands take. */
import * as Args from '@oclif/core/args';

/**
 * A mandatory argument. Never from standard input: a forgotten one must be an error, not a wait.
 * @param words what shells complete it with, each with what it means ('' where it says so itself)
 */
export function argument(description: string, words: Readonly<Record<string, string>> = {}) {
  return Args.string({ required: true, ignoreStdin: true, description, words });
}

const FORMS = 'host:channel:target:lun, a device node as sdc or /dev/sdc, or major:minor';

export const onePath = (): ReturnType<typeof argument> => argument(`Path: ${FORMS}.`);

export const pathPattern = (): ReturnType<typeof argument> =>
  argument(`Path or paths: ${FORMS}. Numbers may be left out: 4::: is every path through host 4.`);
