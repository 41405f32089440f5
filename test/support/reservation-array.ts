/** An array with persistent reservations on one logical unit, and the path watcher that carries out orders on it. */
import type { PathKey } from '../../src/base/ids.js';
import type { ReservationKey } from '../../src/base/reservation.js';
import type { ReservationOrders } from '../../src/controller/ports.js';
import type {
  OrderPath,
  PathRegistration,
  ReservationAction,
  ReservationAnswer,
  ReservationOrder,
  ReservationStatus,
} from '../../src/model/reservations/types.js';

type Kind = ReservationAction['kind'];
type Outcome = Partial<Omit<ReservationAnswer, 'id'>>;

export class ReservationArray implements ReservationOrders {
  /** This node's paths that are registered, each with its key. */
  readonly registered = new Map<PathKey, ReservationKey>();
  /** Keys of other nodes. */
  readonly others = new Set<ReservationKey>();
  reservation: ReservationStatus['reservation'] = null;
  /** Paths that take no command. */
  readonly dead = new Set<PathKey>();
  /** What was asked, as "register 0:0:0:0 1:0:0:0": of a path that joins itself alone. */
  readonly asked: string[] = [];
  /** The watcher is there. */
  present = true;
  /** What it gets ends only when `goOn` is called. */
  hangs: ((kind: Kind) => boolean) | null = null;
  /** Before an order is carried out. */
  before: (order: ReservationOrder) => void = () => undefined;
  readonly #waiting: ReservationOrder[] = [];
  readonly #answered: (answer: ReservationAnswer) => void;

  constructor(answered: (answer: ReservationAnswer) => void) {
    this.#answered = answered;
  }

  send(order: ReservationOrder): boolean {
    if (!this.present) return false;
    const numbers = order.paths.map(({ number }) => number);
    this.asked.push([order.action.kind, ...(order.action.kind === 'join' ? numbers.slice(0, 1) : numbers)].join(' '));
    if (this.hangs?.(order.action.kind) === true) this.#waiting.push(order);
    else queueMicrotask(() => this.#carryOut(order));
    return true;
  }

  /** Carries out what hangs. */
  goOn(): void {
    this.hangs = null;
    for (const order of this.#waiting.splice(0)) this.#carryOut(order);
  }

  /** Another node takes a key away. */
  preempt(key: ReservationKey): void {
    for (const [path, own] of this.registered) if (own === key) this.registered.delete(path);
    if (this.reservation?.key === key) this.reservation = null;
  }

  #carryOut(order: ReservationOrder): void {
    this.before(order);
    this.#answered({ id: order.id, error: null, paths: [], status: null, ...this.#outcome(order) });
  }

  #outcome({ action, paths }: ReservationOrder): Outcome {
    switch (action.kind) {
      case 'read':
        return { status: this.#status() };
      case 'register':
        return this.#register(action.key, paths);
      case 'unregister':
        for (const { key } of paths) this.registered.delete(key);
        return { paths: paths.map(({ key }) => ({ key, result: 'unregistered', detail: '' })) };
      case 'clear':
        this.registered.clear();
        this.others.clear();
        this.reservation = null;
        return {};
      case 'join':
        return { paths: paths.slice(0, 1).map(({ key }) => this.#join(key, action.key)) };
      case 'reserve':
        if (this.reservation !== null && this.reservation.key !== action.key) {
          return { error: { code: 'RESERVATION_CONFLICT', message: 'another node holds it' } };
        }
        this.reservation = { key: action.key, type: action.type };
        return {};
      case 'release':
        this.reservation = null;
        return {};
      case 'preempt':
        if (action.victim !== null) this.others.delete(action.victim);
        this.reservation = { key: action.key, type: action.type };
        return {};
    }
  }

  #register(own: ReservationKey, paths: readonly OrderPath[]): Outcome {
    const results = paths.map(({ key }): PathRegistration => {
      return this.dead.has(key)
        ? { key, result: 'failed', detail: 'no answer' }
        : { key, result: 'registered', detail: '' };
    });
    if (paths.some(({ key, usable }) => usable && this.dead.has(key))) {
      return { error: { code: 'RESERVATION_FAILED', message: 'a path did not answer' }, paths: results };
    }
    for (const { key, result } of results) if (result === 'registered') this.registered.set(key, own);
    return { paths: results };
  }

  #join(key: PathKey, own: ReservationKey): PathRegistration {
    if (this.dead.has(key)) return { key, result: 'failed', detail: 'no answer' };
    if (![...this.registered.values()].includes(own)) return { key, result: 'taken-away', detail: '' };
    this.registered.set(key, own);
    return { key, result: 'registered', detail: '' };
  }

  #status(): ReservationStatus {
    return {
      generation: 1,
      keys: [...this.registered.values(), ...this.others],
      reservation: this.reservation,
      capabilities: null,
      registrants: null,
    };
  }
}
