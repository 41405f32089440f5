/** Remote ports that do not work as they should, or not as the controller would have them. */
import { PATIENT_SEC } from '../ports/timeouts.js';
import type { Port } from '../ports/types.js';
import type { Check, DoctorFacts } from './types.js';
import { finding, liveUnits, shortened, type FindingTexts } from './units.js';

export const portsHeldBack: Check = (facts) =>
  ofPorts(
    facts,
    ({ held }) => held,
    (ports) => ({
      code: 'port-held-back',
      severity: 'warning',
      what: `${ports} lost again and again, and held back.`,
      means: 'Failed paths behind it are not used where a logical unit has others, so there is less redundancy.',
      mend: 'Check cable, transceivers and switch port; "spscmd failback" with a path takes that one back at once.',
    }),
  );

export const portsMarginal: Check = (facts) =>
  ofPorts(
    facts,
    ({ marginal }) => marginal,
    (ports, marks) => ({
      code: 'port-marginal',
      severity: 'warning',
      what: `${ports} reported as degrading (${shortened([...new Set(marks.map(({ what }) => what))])}).`,
      means: 'The link loses frames or is congested: I/O through it is slow, or is repeated. Its paths are used last.',
      mend: 'Check cable, transceivers and switch port.',
    }),
  );

/** What an operator set stays; where it makes a lost port cost more than it needs, that is told. */
export const operatorsTimeouts: Check = (facts) =>
  ofPorts(
    facts,
    (port) =>
      port.fastIoFail.owner === 'operator' && port.facts.fastIoFailSec !== 0 ? port.facts.fastIoFailSec : null,
    (ports, seconds) => ({
      code: 'operators-time-outs',
      severity: Math.max(...seconds) > PATIENT_SEC ? 'warning' : 'info',
      what: `${ports} left with the fast_io_fail_tmo that an operator set (${String(Math.max(...seconds))} s at most).`,
      means:
        'When such a port is lost, I/O in flight waits for so long, also where another path could take it at once.',
      mend: 'Where the controller is to set it, write "off" to it (/sys/class/fc_remote_ports) and start the controller again.',
    }),
  );

/**
 * One finding for all ports of which the look takes something. `texts` gets "Remote port rport-2:0-0 is", or the like for
 * several, and what was taken.
 */
function ofPorts<Taken>(
  facts: DoctorFacts,
  look: (port: Port) => Taken | null,
  texts: (ports: string, taken: readonly Taken[]) => FindingTexts,
): ReturnType<Check> {
  const names: string[] = [];
  const taken: Taken[] = [];
  for (const [name, port] of facts.state.ports) {
    const what = look(port);
    if (what === null) continue;
    names.push(name);
    taken.push(what);
  }
  if (names.length === 0) return [];
  const units = liveUnits(facts).filter(({ paths }) =>
    paths.some(({ facts: { remotePort } }) => remotePort !== null && names.includes(remotePort)),
  );
  const are = names.length === 1 ? ['Remote port', 'is'] : ['Remote ports', 'are'];
  return [finding(texts(are.join(` ${shortened(names)} `), taken), units)];
}
