import type { Finding, Severity } from './types.js';

const gravity: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Errors before warnings before information; in each the order stays. */
export function gravestFirst(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => gravity[a.severity] - gravity[b.severity]);
}
