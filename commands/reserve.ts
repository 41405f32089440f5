import * as Flags from '@oclif/core/flags';
import { argument } from '../src/cli/arguments.js';
import { PathManagerCommand } from '../src/cli/base-command.js';
import { escapeControl } from '../src/base/text.js';
import { reservationFields } from '../src/cli/reservations/fields.js';
import { formatReservation } from '../src/cli/reservations/format-status.js';
import { namedUnit } from '../src/cli/reservations/named-unit.js';
import { reservationRequest, reservationWords, typeWords } from '../src/cli/reservations/request.js';
import { pathsLeftOut, RESERVATION_TIMEOUT_MS } from '../src/cli/reservations/answer.js';
import type { ReservationView } from '../src/model/reservations/types.js';

const lines = (words: Readonly<Record<string, string>>): string =>
  Object.entries(words)
    .map(([word, meaning]) => `  ${word}: ${meaning}`)
    .join('\n');

export default class Reserve extends PathManagerCommand {
  static override summary = 'Read and change the persistent reservation of a logical unit.';
  static override description = `Nodes of a cluster register a key each with a logical unit and reserve it: the array itself then refuses the others. Here a node's key stands for all of its paths. While a logical unit has a key, a path carries I/O only after it is registered. A key that another node has taken away is not registered again before "register" is asked for.

Actions:
${lines(reservationWords)}

Types, by name or by number (1, 3, 5, 6, 7, 8):
${lines(typeWords)}

The first two types are held by one path alone: where a logical unit has several, they need --force.
Prints nothing when it is done, but names paths that could not be registered.`;
  static override examples = [
    { description: 'What is registered and reserved', command: '<%= config.bin %> <%= command.id %> read lu0' },
    {
      description: "Register this node's key",
      command: '<%= config.bin %> <%= command.id %> register lu0 --key 0x1a',
    },
    {
      description: 'Let registered nodes write only',
      command: '<%= config.bin %> <%= command.id %> reserve lu0 --type write-exclusive-registrants-only',
    },
    {
      description: 'Lock the node with the key 0x1b out',
      command:
        '<%= config.bin %> <%= command.id %> preempt-abort lu0 --victim 0x1b --type write-exclusive-registrants-only',
    },
  ];
  static override args = {
    action: argument('What to do; see below.', reservationWords),
    'lu-or-path': argument('A logical unit by its number, name or WWID, or one of its paths.'),
  };
  static override flags = {
    key: Flags.string({
      helpValue: 'KEY',
      summary: "This node's key: 1 to 16 hexadecimal digits, not zero.",
      description: 'Needed to register; otherwise the registered one is taken.',
    }),
    victim: Flags.string({ helpValue: 'KEY', summary: 'The key to take away.' }),
    type: Flags.string({ helpValue: 'TYPE', words: typeWords, summary: 'How it is reserved.' }),
    persist: Flags.boolean({
      default: false,
      summary: 'Have the array keep keys and reservation over a loss of power (APTPL).',
    }),
    'all-target-ports': Flags.boolean({
      default: false,
      summary: 'Register each path for all target ports of the array at once (ALL_TG_PT).',
    }),
    'ignore-existing': Flags.boolean({ default: false, summary: 'Register also over another key of this node.' }),
    force: Flags.boolean({ default: false, summary: "Also where it is refused for the operator's good." }),
    fields: Flags.boolean({
      default: false,
      summary: 'With "read": print NAME=VALUE lines for scripts.',
      description:
        'The logical unit is then named by number, name or WWID. Where the key was taken away (lost), fields of the array may be empty.',
    }),
  };

  async run(): Promise<ReservationView | null> {
    const { args, flags } = await this.parse(Reserve);
    const request = reservationRequest(args.action, args['lu-or-path'], flags);
    const api = this.control(flags, { changeTimeoutMs: RESERVATION_TIMEOUT_MS });
    if (flags.fields) {
      const unit = namedUnit((await this.status(flags).get('/v1/units')).units, args['lu-or-path']);
      const lost = (unit.reservation?.lostSince ?? null) !== null;
      const asked = api.post('/v1/reservations', { ...request, unit: unit.wwid });
      // A node that is locked out is told so, whether or not its paths still answer.
      const view = await (lost ? asked.catch(() => null) : asked);
      this.log(reservationFields(unit, view));
      return view;
    }
    const view = await api.post('/v1/reservations', request);
    if (request.action === 'read') this.log(formatReservation(view));
    for (const line of pathsLeftOut(request.action, view)) this.logToStderr(`spscmd: ${escapeControl(line)}`);
    return view;
  }
}
