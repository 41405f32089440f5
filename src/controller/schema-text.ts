import { z } from 'zod/mini';

// zod/mini comes without message texts.
z.config(z.locales.en());

/** The first thing a schema found, in one line: where, and what. */
export function firstIssue(error: z.core.$ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'it does not have the expected form';
  const where = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => JSON.stringify(key)).join(', ');
    return `unknown key ${keys}${where === '' ? '' : ` in "${where}"`}`;
  }
  return where === '' ? issue.message : `"${where}": ${issue.message}`;
}
