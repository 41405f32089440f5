/** The text of doctor: a paragraph for each finding, and what was looked at. */
import type { Severity } from '../model/doctor/types.js';
import type { Diagnosis } from './diagnosis.js';
import { paragraph } from './paragraph.js';

const words: Readonly<Record<Severity, string>> = { error: 'ERROR', warning: 'WARNING', info: 'INFO' };

export function formatDiagnosis({ controller, findings }: Diagnosis): string {
  const told = findings.map(({ severity, code, what, means, mend }) =>
    paragraph(`${what} ${means} ${mend} (${code})`, `${words[severity]}: `, '  ').join('\n'),
  );
  const looked =
    controller === null
      ? []
      : [`Looked at: ${counted(controller.units, 'logical unit')}, ${counted(controller.paths, 'path')}`];
  return [...told, [...looked, summary(findings)].join('. ')].join('\n\n');
}

function summary(findings: Diagnosis['findings']): string {
  if (findings.length === 0) return 'Nothing found';
  const count = (severity: Severity): number => findings.filter((each) => each.severity === severity).length;
  const [errors, warnings, infos] = [count('error'), count('warning'), count('info')];
  return `Found: ${counted(errors, 'error')}, ${counted(warnings, 'warning')}, ${counted(infos, 'hint')}`;
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
