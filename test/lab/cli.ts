// `npm run lab -- <command...>`: runs a command in the lab, a shell when none is given.
//   --fc runs it in the Fibre Channel lab;
//   --memory=<MiB>, --timeout=<seconds>, --results=<folder> before the command change what it runs with.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootFc } from './fc/boot.js';
import { LabError } from './host/kernel-process.js';
import { bootUml } from './uml/boot.js';

const argv = process.argv.slice(2);
const firstWord = argv.findIndex((word) => !word.startsWith('--') || word === '--');
const optionCount = firstWord === -1 ? argv.length : firstWord;
const { values } = parseArgs({
  args: argv.slice(0, optionCount),
  options: {
    fc: { type: 'boolean', default: false },
    memory: { type: 'string' },
    timeout: { type: 'string', default: '3600' },
    results: { type: 'string', default: join(import.meta.dirname, '../../lab-results') },
  },
});
const words = argv.slice(optionCount).filter((word, index) => index > 0 || word !== '--');
const terminal = process.stdin.isTTY && process.stdout.isTTY;

try {
  const { status } = await (values.fc ? bootFc : bootUml)({
    command: words.length > 0 ? words : ['sh'],
    cwd: process.cwd(),
    results: values.results,
    ...(values.memory === undefined ? {} : { memoryMb: Number(values.memory) }),
    timeoutMs: Number(values.timeout) * 1000,
    interactive: terminal,
    onConsole: (text) => process.stdout.write(text),
  });
  process.exitCode = status;
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
