/**
 * A target with persistent reservations on one logical unit and several I_T nexuses, which speaks in bytes: a small honest
 * model, held to the real thing by a contract suite. Commands end well unless a test says otherwise.
 */
import type { Clock } from '../../src/base/clock.js';
import { reservationKey, reservationTypeOf, type ReservationKey } from '../../src/base/reservation.js';
import type { Outcome } from '../../src/scsi/outcome.js';
import type { CommandSender } from '../../src/scsi/question.js';
import { replyWithout, type ScsiReply } from '../../src/scsi/sg-command.js';
import type { SubmitOptions } from '../../src/scsi/sg-channel.js';
import {
  capabilitiesData,
  fullStatusData,
  isHeldByAll,
  keysData,
  reservationData,
  type FakeRegistration,
  type FakeReservation,
} from './fake-target-data.js';

const questions = ['read-keys', 'read-reservation', 'report-capabilities', 'read-full-status'] as const;
const actions = [
  'register',
  'reserve',
  'release',
  'clear',
  'preempt',
  'preempt-and-abort',
  'register-and-ignore',
] as const;

export type FakeCommand = (typeof questions)[number] | (typeof actions)[number] | 'test-unit-ready';

/** How commands of a kind end that come by a nexus. */
export interface Fault {
  readonly outcome: Outcome;
  /** Whether the target does it all the same. */
  readonly done: boolean;
  /** So many of them; all by default. */
  times?: number;
}

interface Out {
  readonly action: (typeof actions)[number];
  readonly code: number;
  readonly key: ReservationKey | null;
  readonly other: ReservationKey | null;
  readonly persist: boolean;
  readonly allTargetPorts: boolean;
}

export class FakeTarget {
  generation = 0;
  registrations: FakeRegistration[] = [];
  reservation: FakeReservation | null = null;
  persistActive = false;
  /** A registration for all target ports is one with each nexus of this list that begins with the same initiator, "i1:t2". */
  spreadsOver: readonly string[] = [];
  /** Answers that are given in place of the right ones. */
  readonly answers = new Map<FakeCommand, Buffer>();
  /** Everything that arrived, as "i1:t1 register". */
  readonly arrived: string[] = [];
  /** Called before a command is looked at. */
  onCommand: (nexus: string, command: FakeCommand) => void = () => undefined;
  readonly #clock: Clock;
  readonly #attentions = new Set<string>();
  readonly #faults = new Map<string, Map<FakeCommand | 'all', Fault>>();
  readonly #senders = new Map<string, FakeNexus>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nexus(name: string): FakeNexus {
    const known = this.#senders.get(name) ?? new FakeNexus(this.#clock, (cdb, data) => this.#receive(name, cdb, data));
    this.#senders.set(name, known);
    return known;
  }

  /** Commands of a kind end like that from now on; null: as they should. */
  fault(nexus: string, command: FakeCommand | 'all', fault: Fault | null): void {
    const faults = this.#faults.get(nexus) ?? new Map<FakeCommand | 'all', Fault>();
    if (fault === null) faults.delete(command);
    else faults.set(command, { ...fault });
    this.#faults.set(nexus, faults);
  }

  /** No command gets there, and each is told so at once. */
  pull(nexus: string): void {
    this.fault(nexus, 'all', { outcome: 'transport', done: false });
  }

  /** No command is answered. */
  hang(nexus: string): void {
    this.fault(nexus, 'all', { outcome: 'timeout', done: false });
  }

  mend(nexus: string): void {
    this.#faults.delete(nexus);
  }

  /** Another node takes a key away, with the reservation if it holds it. */
  takeAway(key: ReservationKey): void {
    const gone = this.registrations.filter((each) => each.key === key);
    this.#remove((each) => each.key === key);
    this.#attend(gone.map(({ nexus }) => nexus));
    this.generation += 1;
  }

  /** What is registered, as "i1:t1 0x…". */
  get registered(): readonly string[] {
    return this.registrations.map(({ nexus, key }) => `${nexus} ${key}`);
  }

  #receive(nexus: string, cdb: Buffer, data: Buffer): Fault | Buffer {
    const command = commandOf(cdb);
    this.arrived.push(`${nexus} ${command}`);
    this.onCommand(nexus, command);
    const fault = this.#faultOf(nexus, command);
    if (fault !== null && !fault.done) return fault;
    if (fault === null && this.#attentions.delete(nexus)) return ended('unit-attention');
    const answer = cdb[0] === 0x5f ? this.#carryOut(nexus, outOf(cdb, data)) : this.#answer(command);
    return fault ?? answer;
  }

  #faultOf(nexus: string, command: FakeCommand): Fault | null {
    const faults = this.#faults.get(nexus);
    const kind = faults?.has(command) === true ? command : 'all';
    const fault = faults?.get(kind) ?? null;
    if (fault?.times !== undefined) {
      if (fault.times === 0) return null;
      fault.times -= 1;
    }
    return fault;
  }

  #answer(command: FakeCommand): Fault | Buffer {
    const given = this.answers.get(command);
    if (given !== undefined) return given;
    if (command === 'test-unit-ready') return DONE;
    if (command === 'read-keys') return keysData(this);
    if (command === 'read-reservation') return reservationData(this);
    return command === 'report-capabilities' ? capabilitiesData(this) : fullStatusData(this);
  }

  #carryOut(nexus: string, out: Out): Fault | Buffer {
    const own = this.registrations.find((each) => each.nexus === nexus);
    if (out.action === 'register' || out.action === 'register-and-ignore') return this.#register(nexus, own, out);
    if (own === undefined || own.key !== out.key) return ended('reservation-conflict');
    if (out.action === 'reserve') return this.#reserve(nexus, out);
    if (out.action === 'release') return this.#release(nexus, out);
    return out.action === 'clear' ? this.#clear(nexus) : this.#preempt(nexus, out);
  }

  #clear(nexus: string): Buffer {
    this.#attend(this.registrations.map((each) => each.nexus).filter((each) => each !== nexus));
    this.registrations = [];
    this.reservation = null;
    this.generation += 1;
    return DONE;
  }

  #register(nexus: string, own: FakeRegistration | undefined, out: Out): Fault | Buffer {
    if (out.action === 'register' && (own?.key ?? null) !== out.key) return ended('reservation-conflict');
    // As LIO has it.
    if (own?.allTargetPorts === true && !out.allTargetPorts) return ended('rejected');
    if (own === undefined && out.other === null) return DONE;
    if (own === undefined && out.other !== null) {
      const initiator = nexus.split(':')[0] ?? '';
      const spread = out.allTargetPorts ? this.spreadsOver.filter((each) => each.startsWith(initiator)) : [];
      for (const each of new Set([nexus, ...spread])) {
        if (this.registrations.some((known) => known.nexus === each)) continue;
        this.registrations.push({ nexus: each, key: out.other, allTargetPorts: out.allTargetPorts });
      }
    } else if (own !== undefined && out.other !== null) {
      own.key = out.other;
    } else {
      this.#remove((each) => each === own);
    }
    this.persistActive = out.persist;
    this.generation += 1;
    return DONE;
  }

  #reserve(nexus: string, { code }: Out): Fault | Buffer {
    const type = reservationTypeOf(code);
    if (type === null) return ended('rejected');
    if (this.reservation !== null && !(this.#holds(nexus) && this.reservation.type === type)) {
      return ended('reservation-conflict');
    }
    this.reservation ??= { holder: nexus, type };
    return DONE;
  }

  #release(nexus: string, { code }: Out): Fault | Buffer {
    if (!this.#holds(nexus)) return DONE;
    if (this.reservation?.type !== reservationTypeOf(code)) return ended('reservation-conflict');
    this.#drop(nexus);
    return DONE;
  }

  #preempt(nexus: string, { code, other }: Out): Fault | Buffer {
    const type = reservationTypeOf(code);
    if (type === null) return ended('rejected');
    const held = this.reservation;
    const isByAll = held !== null && isHeldByAll(held.type);
    if (other === null && !isByAll) return ended('rejected');
    const holderKey = this.registrations.find((each) => each.nexus === held?.holder)?.key;
    const takesOver = held !== null && (holderKey === other || other === null);
    const isMatch = (each: FakeRegistration): boolean => other === null || each.key === other;
    // Where it holds nothing the sender loses its own registration like everybody else with the key.
    const spared = takesOver || isByAll;
    const losers = this.registrations.filter((each) => isMatch(each) && !(spared && each.nexus === nexus));
    if (losers.length === 0 && !takesOver) return ended('reservation-conflict');
    this.registrations = this.registrations.filter((each) => !losers.includes(each));
    if (takesOver) this.reservation = { holder: nexus, type };
    this.#attend(losers.map((each) => each.nexus).filter((each) => each !== nexus));
    this.generation += 1;
    return DONE;
  }

  /** Whether the nexus is a holder of what is held. */
  #holds(nexus: string): boolean {
    return this.reservation !== null && (isHeldByAll(this.reservation.type) || this.reservation.holder === nexus);
  }

  #remove(isGone: (each: FakeRegistration) => boolean): void {
    const gone = this.registrations.filter(isGone);
    this.registrations = this.registrations.filter((each) => !isGone(each));
    const held = this.reservation;
    if (held === null) return;
    const isOver = isHeldByAll(held.type)
      ? this.registrations.length === 0
      : gone.some(({ nexus }) => nexus === held.holder);
    if (isOver) this.#drop(held.holder);
  }

  /** The reservation ends; other registrants are told where it was theirs, too. */
  #drop(by: string): void {
    const type = this.reservation?.type ?? '';
    this.reservation = null;
    if (!type.includes('registrants')) return;
    this.#attend(this.registrations.map(({ nexus }) => nexus).filter((nexus) => nexus !== by));
  }

  #attend(nexuses: readonly string[]): void {
    for (const nexus of nexuses) this.#attentions.add(nexus);
  }
}

const DONE = Buffer.alloc(0);
const ended = (outcome: Outcome): Fault => ({ outcome, done: false });

function commandOf(cdb: Buffer): FakeCommand {
  if (cdb[0] === 0) return 'test-unit-ready';
  return cdb[0] === 0x5e ? questions[cdb.readUInt8(1) as 0] : actions[cdb.readUInt8(1) as 0];
}

function outOf(cdb: Buffer, data: Buffer): Out {
  const keyAt = (offset: number): ReservationKey | null => {
    const hex = data.toString('hex', offset, offset + 8);
    return /^0*$/.test(hex) ? null : reservationKey(hex);
  };
  const flags = data.readUInt8(20);
  return {
    action: actions[cdb.readUInt8(1) as 0],
    code: cdb.readUInt8(2),
    key: keyAt(0),
    other: keyAt(8),
    persist: (flags & 1) !== 0,
    allTargetPorts: (flags & 4) !== 0,
  };
}

/** One path to the target. */
export class FakeNexus implements CommandSender {
  /** Commands that have not been answered, those past their deadline included. */
  outstanding = 0;
  readonly #clock: Clock;
  readonly #receive: (cdb: Buffer, data: Buffer) => Fault | Buffer;

  constructor(clock: Clock, receive: (cdb: Buffer, data: Buffer) => Fault | Buffer) {
    this.#clock = clock;
    this.#receive = receive;
  }

  async submit(cdb: Uint8Array, options: SubmitOptions): Promise<ScsiReply> {
    this.outstanding += 1;
    const answer = this.#receive(Buffer.from(cdb), Buffer.from(options.dataOut ?? []));
    if (!Buffer.isBuffer(answer) && answer.outcome === 'timeout') {
      // It stays outstanding: the target never answers.
      await new Promise<void>((resolve) => this.#clock.after('SCSI command', options.timeoutMs, resolve));
      return replyWithout('timeout', `no answer after ${options.timeoutMs} ms`, options.timeoutMs);
    }
    await Promise.resolve();
    this.outstanding -= 1;
    if (!Buffer.isBuffer(answer)) return replyWithout(answer.outcome, `it was ${answer.outcome}`, 1);
    return { ...replyWithout('good', 'GOOD', 1), data: answer.subarray(0, options.dataIn ?? 0) };
  }
}
