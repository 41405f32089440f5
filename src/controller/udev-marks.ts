/**
 * What udev is told by files that its rules test for, so that no program is started for an event: which disks are paths of
 * ours (one file a logical unit, named as sysfs names it in device/wwid), and which maps have no usable path.
 *
 *   <run>/claims/<wwid of sysfs>    a path of ours; the content is the WWID
 *   <run>/claims/.known             the folder is complete: the copy below does not count any more
 *   <state>/claims/<wwid of sysfs>  the same for the next boot, where disks come before the controller
 *   <run>/unready/<map name>        nothing may read from the map: it has no usable path
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.js';
import { asPathManagerError, PathManagerError } from '../base/errors.js';
import type { DevT, MapName, Wwid } from '../base/ids.js';
import { Sysfs } from '../sysfs/sysfs.js';
import type { UdevMarks } from './ports.js';

/** udev may be at work on a disk's event with rules that saw no claim yet: looked at again after these times. */
const LOOK_AGAIN_MS = [200, 3_000] as const;
/** Marks the folder as complete; no WWID of sysfs begins with a dot. */
const KNOWN = '.known';

export interface UdevMarkOptions {
  readonly runDir: string;
  readonly stateDir: string;
  readonly clock: Clock;
  readonly onTrouble: (error: PathManagerError) => void;
  readonly sysfs?: Sysfs;
  /** udev's database of devices. */
  readonly udevData?: string;
}

export class UdevMarkFiles implements UdevMarks {
  readonly #claims: string;
  readonly #kept: string;
  readonly #unready: string;
  readonly #options: UdevMarkOptions;
  readonly #sysfs: Sysfs;
  readonly #udevData: string;
  readonly #ready = new Map<MapName, boolean>();
  /** What the files say: nobody else writes them. */
  readonly #claimed = new Map<string, Wwid>();
  readonly #doubtful = new Set<DevT>();
  readonly #timers = new Set<Timer>();
  #looking = false;
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: UdevMarkOptions) {
    this.#options = options;
    this.#claims = join(options.runDir, 'claims');
    this.#kept = join(options.stateDir, 'claims');
    this.#unready = join(options.runDir, 'unready');
    this.#sysfs = options.sysfs ?? new Sysfs();
    this.#udevData = options.udevData ?? '/run/udev/data';
  }

  start(known: ReadonlySet<Wwid>): void {
    this.#try('keep claims', () => {
      mkdirSync(this.#claims, { recursive: true, mode: 0o755 });
      mkdirSync(this.#unready, { recursive: true, mode: 0o755 });
      for (const [name, wwid] of contents(this.#kept)) {
        if (known.has(wwid as Wwid)) this.#write(name, wwid as Wwid);
        else this.#keep(name, null);
      }
      for (const [name, wwid] of contents(this.#claims)) {
        if (known.has(wwid as Wwid)) this.#claimed.set(name, wwid as Wwid);
        else rmSync(join(this.#claims, name));
      }
      writeFileSync(join(this.#claims, KNOWN), '');
    });
  }

  claim(devT: DevT, wwid: Wwid): void {
    this.#try(`claim ${devT}`, () => {
      const name = this.#claimName(devT);
      if (name === null) return;
      if (this.#claimed.get(name) !== wwid) {
        this.#write(name, wwid);
        this.#keep(name, wwid);
      }
      this.#doubtful.add(devT);
      this.#lookAgain();
    });
  }

  release(devT: DevT, wwid: Wwid): void {
    this.#try(`release ${devT}`, () => {
      this.#doubtful.delete(devT);
      const name = this.#claimName(devT);
      if (name === null) return;
      if (this.#claimed.get(name) === wwid) {
        rmSync(join(this.#claims, name), { force: true });
        this.#claimed.delete(name);
        this.#keep(name, null);
      }
      if (this.#seenAsMember(devT) === true) this.#trigger(devT);
    });
  }

  mapReady(name: MapName, devT: DevT, ready: boolean): void {
    if (this.#ready.get(name) === ready) return;
    this.#try(`mark map "${name}"`, () => {
      const file = join(this.#unready, name);
      if (!ready) writeFileSync(file, '');
      else if (existsSync(file)) {
        rmSync(file);
        // The kernel's own event may have been handled before the file went.
        this.#trigger(devT);
      }
      this.#ready.set(name, ready);
    });
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel();
  }

  /** Settles when what the next boot needs is on the disk. */
  kept(): Promise<void> {
    return this.#keeping;
  }

  /** The file that udev's rules look for: what `$attr{device/wwid}` becomes; null for what they refuse. */
  #claimName(devT: DevT): string | null {
    const text = this.#sysfs.text(`dev/block/${devT}/device/wwid`);
    if (text === null || !/^(naa|eui|t10|iqn|uuid)\../.test(text) || text.includes('/')) return null;
    // systemd's udev_replace_chars (UDEV_ALLOWED_CHARS_INPUT); text of devices that is not ASCII has no claim.
    if (!/^[\x20-\x7e]{1,250}$/.test(text)) return null;
    return text.replaceAll(/[^A-Za-z0-9#+\-.:=@_ $%?,]/g, '_');
  }

  /** Disks that udev has seen without their claim are sent through the rules once more. */
  #lookAgain(): void {
    if (this.#looking) return;
    this.#looking = true;
    const { clock } = this.#options;
    for (const [index, delay] of LOOK_AGAIN_MS.entries()) {
      const timer = clock.after('look for claims in udev', delay, () => {
        this.#timers.delete(timer);
        const last = index === LOOK_AGAIN_MS.length - 1;
        if (index === 0) this.#looking = false;
        for (const devT of this.#doubtful) {
          if (this.#seenAsMember(devT) === false) this.#try(`trigger ${devT}`, () => this.#trigger(devT));
        }
        if (last && !this.#looking) this.#doubtful.clear();
      });
      this.#timers.add(timer);
    }
  }

  /** Null where udev does not know the disk (yet): it will see the claim. */
  #seenAsMember(devT: DevT): boolean | null {
    const record = read(join(this.#udevData, `b${devT}`));
    return record === null ? null : record.includes('E:DM_MULTIPATH_DEVICE_PATH=1\n');
  }

  /** Has udev go through its rules again. Waits for nothing: the kernel queues an event. */
  #trigger(devT: DevT): void {
    this.#sysfs.write(`dev/block/${devT}/uevent`, 'change');
  }

  #write(name: string, wwid: Wwid): void {
    writeFileSync(join(this.#claims, name), wwid);
    this.#claimed.set(name, wwid);
  }

  /** Beside the main loop: the disk of the state folder may hang. */
  #keep(name: string, wwid: Wwid | null): void {
    this.#keeping = this.#keeping.then(async () => {
      try {
        await mkdir(this.#kept, { recursive: true, mode: 0o755 });
        if (wwid === null) await rm(join(this.#kept, name), { force: true });
        else await writeFile(join(this.#kept, name), wwid);
      } catch (error) {
        this.#trouble('keep a claim for the next boot', error);
      }
    });
  }

  #try(what: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#trouble(what, error);
    }
  }

  #trouble(what: string, error: unknown): void {
    const text = `Cannot ${what} for udev: ${asPathManagerError(error).message}`;
    this.#options.onTrouble(new PathManagerError('SYSCALL', text, {}, error));
  }
}

function contents(folder: string): readonly (readonly [name: string, text: string])[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  // What is no file is none of ours.
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
  return names.map((name) => [name, read(join(folder, name)) ?? ''] as const);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
