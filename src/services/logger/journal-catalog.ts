/** The journal's message catalog (systemd's "Journal Message Catalogs"): what `journalctl -x` adds to each event. */
import { catalogue, type EventDefinition, type EventId } from '../../model/catalogue.js';
import { explanations } from './explanations.js';
import { messageIds } from './message-ids.js';

const HEAD = `# Explanations of the events of Storage PathManager for the journal: journalctl -x.
# Made from the event catalogue by .tools/journal-catalog.mjs; change it there.
`;

/** The whole file. */
export function journalCatalog(): string {
  const entries = [...messageIds].map(([id, messageId]) => entry(id as EventId, messageId));
  return [HEAD, ...entries].join('\n');
}

function entry(id: EventId, messageId: string): string {
  const { level, title, mend }: EventDefinition = catalogue[id];
  return [
    `-- ${messageId}`,
    `Subject: ${title} (event ${String(id)}, ${level})`,
    'Defined-By: Storage PathManager',
    '',
    ...wrapped(explanations[id]),
    '',
    ...wrapped(mend === '' ? 'Nothing needs to be done.' : `What to do: ${mend}.`),
    `All events of this kind: journalctl SPS_EVENT=${String(id)}`,
    '',
  ].join('\n');
}

const WIDTH = 76;

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
