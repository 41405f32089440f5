/** What every command of spscmd has in common. */
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { ApiClient, type ApiClientOptions } from '../services/api-client/client.js';
import { DEFAULT_RUN_DIR } from '../services/args.js';
import { jsonText } from './json-text.js';

/** Options as `parse` gives them. */
interface BaseFlags {
  readonly 'run-dir': string;
}

/** A command: what `run` returns is the --json output, and the text it logs is made from the same object. */
export abstract class PathManagerCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    'run-dir': Flags.string({
      summary: "Folder of the controller's sockets.",
      default: DEFAULT_RUN_DIR,
      helpGroup: 'GLOBAL',
      helpValue: 'FOLDER',
    }),
  };

  /** What spscmd ends with when nothing went wrong: a command that has found something sets another. */
  exitStatus = 0;

  /** Parses and runs; throws what went wrong. */
  execute(): Promise<unknown> {
    return this._run();
  }

  /** For questions: any user may use this socket. */
  protected status(flags: BaseFlags): ApiClient {
    return ApiClient.status(flags['run-dir']);
  }

  /** For settings: root's socket. */
  protected control(flags: BaseFlags, options: ApiClientOptions = {}): ApiClient {
    return ApiClient.control(flags['run-dir'], options);
  }

  // oclif looks here for deprecated names, of which there are none, and loads its help for that.
  protected override init(): Promise<void> {
    return Promise.resolve();
  }

  // oclif would print the error itself and go on; one place reports all of them (src/cli/failure.ts).
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }

  /** Writes text that the operator asked for; nothing with --json. */
  override log(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(`${text}\n`);
  }

  override logJson(value: unknown): void {
    process.stdout.write(jsonText(value));
  }
}
