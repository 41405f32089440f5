/** The OCF agent beside an spscmd that stands for controller and array. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './paths.js';
import { type Outcome, run } from './spscmd.js';

/** Exit statuses of the OCF resource agent API. */
export const ocf = {
  success: 0,
  generic: 1,
  unimplemented: 3,
  permission: 4,
  notInstalled: 5,
  notConfigured: 6,
  notRunning: 7,
} as const;

/** What the array and the controller know; keys with one blank between them. */
export type ArrayField = 'key' | 'lost' | 'keys' | 'type' | 'holder';

/** Does with one file a field what the controller would do with the array. */
const fakeSpscmd = `#!/bin/sh
cd "$SCENE" || exit 99
echo "$*" >>calls
if [ -e failure ] && [ "$2" = "$(cat fails-at)" ]; then cat failure >&2; exit "$(cat fails-with)"; fi
get() { cat "$1" 2>/dev/null; }
without() { for each in $(get keys); do [ "$each" = "$1" ] || printf '%s ' "$each"; done; }
action=$2
shift 3
key= type= victim=
while [ $# -gt 0 ]; do
  case $1 in --key) key=$2; shift ;; --type) type=$2; shift ;; --victim) victim=$2; shift ;; esac
  shift
done
case $action in
  read) for each in key lost type holder; do echo "$each=$(get $each)"; done; echo "keys=$(get keys | sed 's/ *$//')" ;;
  register) echo "$(without "$key")$key" >keys; echo "$key" >key; rm -f lost ;;
  unregister) without "$(get key)" >keys.new; mv keys.new keys; rm -f key lost ;;
  reserve) if [ -n "$(get holder)" ]; then echo "spscmd: held by $(get holder)" >&2; exit 1; fi; get key >holder; echo "$type" >type ;;
  release) rm -f holder type ;;
  preempt-abort) without "$victim" >keys.new; mv keys.new keys; [ "$(get holder)" != "$victim" ] || get key >holder ;;
esac
`;

export class AgentScene {
  /** Where fake programs are; the agent finds nothing else but the system's. */
  readonly bin: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'ocf-lu-'));
  readonly #parameters: Record<string, string>;

  constructor(parameters: Readonly<Record<string, string>> = {}) {
    this.bin = join(this.#folder, 'bin');
    this.#parameters = { lu: '3600000e00d0000000001000000010000', key: '1a', ...parameters };
    mkdirSync(this.bin);
    this.program('spscmd', fakeSpscmd);
    this.program('crm_node', '#!/bin/sh\n[ "$1" = -i ] && echo 10\n');
  }

  program(name: string, text: string): void {
    writeFileSync(join(this.bin, name), text);
    chmodSync(join(this.bin, name), 0o755);
  }

  parameter(name: string, value: string): void {
    this.#parameters[name] = value;
  }

  /** A file in the scene's folder. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  set(field: ArrayField, value: string | null): void {
    rmSync(this.file(field), { force: true });
    if (value !== null) writeFileSync(this.file(field), `${value}\n`);
  }

  get(field: ArrayField): string {
    return existsSync(this.file(field)) ? readFileSync(this.file(field), 'utf8').trim() : '';
  }

  /** spscmd fails at this action from now on. */
  fail(action: string, status: number, message: string): void {
    writeFileSync(this.file('failure'), `spscmd: ${message}\n`);
    writeFileSync(this.file('fails-at'), `${action}\n`);
    writeFileSync(this.file('fails-with'), String(status));
  }

  mend(): void {
    rmSync(this.file('failure'), { force: true });
  }

  /** The machine is started anew: what was kept until then is gone. */
  boot(): void {
    rmSync(this.file('run'), { recursive: true, force: true });
  }

  async act(action: string): Promise<Outcome> {
    const parameters: NodeJS.ProcessEnv = {};
    for (const [name, value] of Object.entries(this.#parameters)) parameters[`OCF_RESKEY_${name}`] = value;
    return run('/bin/sh', [join(projectRoot, 'src/ocf/lu'), action], {
      env: {
        ...parameters,
        PATH: `${this.bin}:/usr/bin:/bin`,
        SCENE: this.#folder,
        HA_RSCTMP: this.file('run'),
        OCF_RESOURCE_INSTANCE: 'data:0',
      },
    });
  }

  /** What spscmd was asked to change, one line each, since the last call. */
  changes(): readonly string[] {
    const calls = existsSync(this.file('calls')) ? readFileSync(this.file('calls'), 'utf8').split('\n') : [];
    rmSync(this.file('calls'), { force: true });
    return calls
      .filter((line) => line !== '' && !line.startsWith('reserve read '))
      .map((line) => line.slice('reserve '.length));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
