/** mpathpersist from its words to output and exit status. */
import { readFileSync } from 'node:fs';
import { asPathManagerError, hasCode, PathManagerError } from '../../base/errors.js';
import { escapeControl } from '../../base/text.js';
import type { UnitView } from '../../model/view.js';
import { ApiClient } from '../../services/api-client/client.js';
import { DEFAULT_RUN_DIR } from '../../services/args.js';
import { productVersion } from '../../services/version.js';
import { endWhereOutputFails } from '../output.js';
import { pathsLeftOut, RESERVATION_TIMEOUT_MS } from '../reservations/answer.js';
import { answerText } from './answers.js';
import { unitOfDevice } from './device.js';
import { persistStatus, persistStatusOf } from './exit-status.js';
import { persistHelp, type PersistWords, readAction, type ReadWord, readWords, wrong } from './options.js';
import { changeRequest, readParameters } from './request.js';

/** Runs one command line. Gives the exit status; what goes wrong has been told in a line. */
export async function runMpathPersist(words: readonly string[]): Promise<number> {
  endWhereOutputFails('mpathpersist', persistStatus.other);
  return reported(async () => {
    const line = readWords(words);
    const { given } = line;
    if (given['help'] === true) return printed(persistHelp());
    if (given['version'] === true) return printed(`mpathpersist ${productVersion()}\n`);
    const runDir = String(given['run-dir'] ?? DEFAULT_RUN_DIR);
    const file = given['batch-file'];
    if (typeof file !== 'string') return runLine(line, runDir);
    const asked = given['in'] !== undefined || given['out'] !== undefined;
    const status = asked ? await reported(() => runLine(line, runDir)) : persistStatus.done;
    const ofBatch = await runBatch(file, runDir);
    return status === persistStatus.done ? ofBatch : status;
  });
}

/** Every line is done, whatever became of those before it; the status is that of the last one that failed. */
async function runBatch(file: string, runDir: string): Promise<number> {
  let status: number = persistStatus.done;
  for (const [index, text] of readBatch(file).entries()) {
    const words = text
      .replace(/(^|\s)#.*/, '')
      .split(/\s+/)
      .filter(Boolean);
    if (words[0] === 'mpathpersist') words.shift();
    if (words.length === 0) continue;
    const ofLine = await reported(
      () => {
        const line = readWords(words);
        const stranger = ['batch-file', 'help', 'version', 'run-dir'].find((name) => line.given[name] !== undefined);
        if (stranger !== undefined) throw wrong(`--${stranger} cannot stand in a batch file`);
        return runLine(line, runDir);
      },
      `line ${String(index + 1)} of ${JSON.stringify(file)}: `,
    );
    if (ofLine !== persistStatus.done) status = ofLine;
  }
  return status;
}

function readBatch(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    throw wrong(
      `Cannot read the batch file ${JSON.stringify(file)}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
    );
  }
}

async function runLine(line: PersistWords, runDir: string): Promise<number> {
  const action = readAction(line);
  const { device, given } = line;
  if (device === null) throw wrong('No device is named');
  const parameters = readParameters(given);
  const { units } = await ApiClient.status(runDir).get('/v1/units');
  const unit = unitOfDevice(units, device);
  const api = ApiClient.control(runDir, { changeTimeoutMs: RESERVATION_TIMEOUT_MS });
  if (action.kind === 'read') return read(api, unit, action.word);
  try {
    const request = changeRequest(action.word, parameters, unit);
    for (const text of pathsLeftOut(request.action, await api.post('/v1/reservations', request))) complain(text);
    return persistStatus.done;
  } catch (error) {
    // Whoever takes off "whatever key there is" has what was wanted where there is none.
    if (action.word === 'register-ignore' && parameters.sark === null && hasCode(error, 'NO_RESERVATION_KEY'))
      return persistStatus.done;
    if (hasCode(error, 'RESERVATION_CONFLICT', 'KEY_TAKEN_AWAY'))
      printed('persistent reserve out: scsi status: Reservation Conflict\n');
    if (!hasCode(error, 'BAD_REQUEST')) printed('PR out: command failed\n');
    throw error;
  }
}

async function read(api: ApiClient, unit: UnitView, word: ReadWord): Promise<number> {
  const { status } = await api.post('/v1/reservations', { unit: unit.wwid, action: 'read' });
  const text = status === null ? null : answerText(word, status);
  if (text !== null) return printed(text);
  throw new PathManagerError('RESERVATION_UNSUPPORTED', `The array of "${unit.name}" does not answer --${word}`);
}

async function reported(run: () => Promise<number> | number, where = ''): Promise<number> {
  try {
    return await run();
  } catch (error) {
    const { code, message } = asPathManagerError(error);
    complain(`${where}${message}`);
    return persistStatusOf(code);
  }
}

function complain(what: string): void {
  process.stderr.write(`mpathpersist: ${escapeControl(what.replace(/\s*\n\s*/g, ' '))}\n`);
}

function printed(text: string): number {
  process.stdout.write(text);
  return persistStatus.done;
}
