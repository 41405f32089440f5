/** What every daemon's entry point does: arguments, one clear line for what stops it, an exit that nothing can hold up. */
import { asPathManagerError } from '../base/errors.js';
import { daemonHelp, type DaemonArgs, type DaemonOptions, parseDaemonArgs } from './args.js';
import { productVersion } from './version.js';

/** Runs a daemon and ends the process with its status: 2 for a wrong command line, 1 for anything else that stops it. */
export async function daemonMain(
  name: string,
  does: string,
  run: (args: DaemonArgs) => Promise<number>,
  options: DaemonOptions = {},
): Promise<void> {
  try {
    const args = parseDaemonArgs(process.argv.slice(2), options);
    if (args.help || args.version) {
      process.stdout.write(args.help ? daemonHelp(name, does, options) : `${name} ${productVersion()}\n`);
      return;
    }
    process.exit(await run(args));
  } catch (error) {
    const { code, domain, message } = asPathManagerError(error);
    process.stderr.write(`${name}: ${message} [${code}]\n`);
    if (domain === 'internal' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    process.exit(domain === 'usage' ? 2 : 1);
  }
}
