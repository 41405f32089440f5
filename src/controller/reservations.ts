/**
 * Persistent reservations: takes an operator's action to the path watcher and its answer to the model, and has paths
 * registered that the model wants to let in. One action at a time a unit: the next one builds on what the last one did.
 */
import type { Clock } from '../base/clock.js';
import { asPathManagerError, PathManagerError } from '../base/errors.js';
import type { PathKey, Wwid } from '../base/ids.js';
import type { ReservationKey } from '../base/reservation.js';
import { namedUnit } from '../model/named-unit.js';
import { askedAction, orderPaths } from '../model/reservations/asked.js';
import { isLockedOut } from '../model/reservations/standing.js';
import type {
  JoinEffect,
  LostKey,
  PathRegistration,
  ReservationAction,
  ReservationAnswer,
  ReservationInput,
  ReservationRequest,
  ReservationStatus,
  ReservationView,
} from '../model/reservations/types.js';
import type { ModelState, Unit } from '../model/types.js';
import { OpenOrders } from './orders.js';
import type { ReservationOrders } from './ports.js';

/** How long an action waits for the array; then nobody knows what has become of it. */
const PATIENCE_MS = 30_000;
/** How long an operator's waits for what is done before it: whoever asked must not have gone when it begins. */
const TURN_PATIENCE_MS = 10_000;

/** What is needed of the controller. */
export interface ReservationsHost {
  readonly clock: Clock;
  readonly orders: ReservationOrders;
  state(): ModelState;
  feed(input: ReservationInput): void;
  /** Tells of what concerns the unit. */
  record(unit: Unit, detail: string): void;
  /** Settles when the kernel has what is wanted of the unit, and the state is saved. Throws as a request does. */
  done(wwid: Wwid): Promise<void>;
}

interface Done {
  readonly view: ReservationView;
  /** The node's own key is another one, or none: the kernel and the saved state have to follow. */
  readonly isChange: boolean;
}

interface Told {
  readonly answer: ReservationAnswer;
  /** Display forms of the order's paths. */
  readonly numbers: ReadonlyMap<PathKey, string>;
}

export class Reservations {
  readonly #host: ReservationsHost;
  readonly #orders: OpenOrders;
  /** The end of what is done and waits for each unit. */
  readonly #turns = new Map<Wwid, Promise<unknown>>();
  readonly #joining = new Set<string>();
  /** Units whose own key is being changed: that it is missed there says nothing. */
  readonly #changing = new Set<Wwid>();

  constructor(host: ReservationsHost) {
    this.#host = host;
    this.#orders = new OpenOrders(host.clock, host.orders);
  }

  /**
   * Carries out what an operator asks, and waits until array, kernel and saved state have it.
   * @throws UNKNOWN_UNIT, AMBIGUOUS_PATH, what `askedAction` refuses, WATCHER_ABSENT, what the watcher found,
   *   RESERVATION_FAILED, and what a request throws
   */
  async act(request: ReservationRequest): Promise<ReservationView> {
    const { wwid } = namedUnit(this.#host.state(), request.unit);
    const { view, isChange } = await this.#inTurnSoon(wwid, () => this.#act(wwid, request));
    // Others may go on meanwhile: what is waited for here is not the array.
    if (isChange) await this.#host.done(wwid);
    return view;
  }

  answered(answer: ReservationAnswer): void {
    this.#orders.answered(answer);
  }

  /** The watcher has found that arrays have these keys no more. */
  lost(keys: readonly LostKey[]): void {
    for (const { wwid, key } of keys) if (!this.#changing.has(wwid)) this.#host.feed({ kind: 'key-lost', wwid, key });
  }

  /** Has a path registered; once, however often that is asked for until it has ended. */
  join({ wwid, key }: JoinEffect): void {
    const id = `${wwid} ${key}`;
    if (this.#joining.has(id)) return;
    this.#joining.add(id);
    const end = (): void => void this.#joining.delete(id);
    this.#inTurn(wwid, () => this.#join(wwid, key)).then(end, end);
  }

  /** Settles when what was asked for of the unit up to now has ended. */
  async settled(wwid: Wwid): Promise<void> {
    await this.#turns.get(wwid);
  }

  /** A watcher has come; it knows nothing of what another one was asked. */
  watcherCame(): void {
    this.#host.feed({ kind: 'watcher-came' });
  }

  /** The last watcher has gone, with all that it was asked. */
  watcherGone(): void {
    this.#orders.endAll('the path watcher has ended meanwhile');
  }

  close(): void {
    this.#orders.endAll('the controller ends');
  }

  /** Rejects where its turn does not come in time: then it is not done later either. */
  #inTurnSoon<T>(wwid: Wwid, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = this.#host.clock.after('turn of a reservation', TURN_PATIENCE_MS, () => {
        isLate = true;
        const text = `Nothing was done: another action on the reservations of this logical unit has not ended for ${String(TURN_PATIENCE_MS / 1000)} s; try again`;
        reject(new PathManagerError('RESERVATION_FAILED', text));
      });
      const turn = this.#inTurn(wwid, async () => {
        timer.cancel();
        if (!isLate) resolve(await work());
      });
      turn.catch(reject);
    });
  }

  #inTurn<T>(wwid: Wwid, work: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(wwid) ?? Promise.resolve()).then(work);
    const end = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(wwid, end);
    void end.then(() => {
      if (this.#turns.get(wwid) === end) this.#turns.delete(wwid);
    });
    return mine;
  }

  async #act(wwid: Wwid, request: ReservationRequest): Promise<Done> {
    const held = await this.#held(wwid, request);
    const unit = this.#unit(wwid, request);
    const action = askedAction(unit, request, held);
    if (action === null) return { view: this.#view(unit, null), isChange: false };
    const isChange = changesOwnKey(action);
    try {
      if (isChange) this.#changing.add(wwid);
      const told = await this.#give(unit, action, PATIENCE_MS);
      const { error, paths } = told.answer;
      if (error !== null) throw new PathManagerError(error.code, error.message, { paths: listed(told) });
      this.#keep(unit, action, paths);
      return { view: this.#view(unit, told), isChange };
    } finally {
      this.#changing.delete(wwid);
    }
  }

  /** What is reserved now, where a release leaves the type open. */
  async #held(wwid: Wwid, request: ReservationRequest): Promise<ReservationStatus['reservation']> {
    if (request.action !== 'release' || request.type !== undefined) return null;
    const unit = this.#unit(wwid, request);
    askedAction(unit, request, null);
    const { answer } = await this.#give(unit, { kind: 'read' }, PATIENCE_MS);
    if (answer.error !== null) throw new PathManagerError(answer.error.code, answer.error.message);
    return answer.status?.reservation ?? null;
  }

  /** What the array has done becomes what the model knows. */
  #keep(unit: Unit, action: ReservationAction, paths: readonly PathRegistration[]): void {
    const { wwid } = unit;
    switch (action.kind) {
      case 'register': {
        const { key, persist, allTargetPorts } = action;
        this.#host.feed({ kind: 'key-registered', wwid, key, persist, allTargetPorts, paths });
        break;
      }
      case 'unregister':
        this.#host.feed({ kind: 'key-given-up', wwid, how: 'unregistered' });
        break;
      case 'clear':
        this.#host.feed({ kind: 'key-given-up', wwid, how: 'cleared' });
        break;
      case 'reserve':
        this.#host.record(unit, `reserved by ${action.key}: ${action.type}`);
        break;
      case 'release':
        this.#host.record(unit, `released by ${action.key}`);
        break;
      case 'preempt': {
        const whose = action.victim === null ? 'the keys of all others' : `key ${action.victim}`;
        const aborted = action.abort ? ', commands aborted' : '';
        this.#host.record(unit, `${action.key} took away ${whose}: ${action.type}${aborted}`);
        break;
      }
      case 'read':
      case 'join':
        break;
    }
  }

  async #join(wwid: Wwid, key: PathKey): Promise<void> {
    const unit = this.#host.state().units.get(wwid);
    const path = unit?.paths.find((each) => each.key === key);
    if (unit === undefined || path === undefined || unit.reservation === null || isLockedOut(unit)) return;
    const { key: own, persist, allTargetPorts } = unit.reservation;
    const result = await this.#joined(unit, key, { kind: 'join', key: own, persist, allTargetPorts });
    if (result !== null) this.#host.feed({ kind: 'joined', wwid, key: own, path: result });
  }

  /** What became of the path; null where nobody was there to be asked. */
  async #joined(
    unit: Unit,
    key: PathKey,
    action: Extract<ReservationAction, { kind: 'join' }>,
  ): Promise<PathRegistration | null> {
    const failed = (detail: string): PathRegistration => ({ key, result: 'failed', detail });
    try {
      const { answer } = await this.#give(unit, action, PATIENCE_MS, key);
      if (answer.error !== null) return failed(answer.error.message);
      return answer.paths.find((each) => each.key === key) ?? failed('the path watcher says nothing of it');
    } catch (error) {
      const { code, message } = asPathManagerError(error);
      // A watcher that comes is asked for every path again.
      return code === 'WATCHER_ABSENT' ? null : failed(message);
    }
  }

  async #give(unit: Unit, action: ReservationAction, patienceMs: number, first?: PathKey): Promise<Told> {
    const paths = orderPaths(unit, unit.paths.find(({ key }) => key === first) ?? null);
    const answer = await this.#orders.give({ wwid: unit.wwid, paths, action }, patienceMs);
    return { answer, numbers: new Map(paths.map(({ key, number }) => [key, number])) };
  }

  #unit(wwid: Wwid, request: ReservationRequest): Unit {
    return this.#host.state().units.get(wwid) ?? namedUnit(this.#host.state(), request.unit);
  }

  #view({ wwid, number, name, map }: Unit, told: Told | null): ReservationView {
    const key: ReservationKey | null = this.#host.state().units.get(wwid)?.reservation?.key ?? null;
    return {
      wwid,
      number,
      name: map?.name ?? name,
      key,
      paths: told === null ? [] : withNumbers(told),
      status: told?.answer.status ?? null,
    };
  }
}

function changesOwnKey({ kind }: ReservationAction): boolean {
  return kind === 'register' || kind === 'unregister' || kind === 'clear';
}

function withNumbers({ answer, numbers }: Told): ReservationView['paths'] {
  return answer.paths.map(({ key, result, detail }) => ({ number: numbers.get(key) ?? key, result, detail }));
}

function listed(told: Told): string {
  return withNumbers(told)
    .map(({ number, result, detail }) => `${number} ${result}${detail === '' ? '' : `: ${detail}`}`)
    .join('; ');
}
