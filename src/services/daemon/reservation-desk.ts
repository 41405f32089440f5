import type { Controller } from '../../controller/controller.js';
import type {
  LostKey,
  ReservationAnswer,
  ReservationRequest,
  ReservationView,
} from '../../model/reservations/types.js';
import { OrderStream } from '../api/order-stream.js';
import type { ReservationService } from '../api/service.js';

/** Persistent reservations: the controller's part behind the API. */
export class ReservationDesk implements ReservationService {
  readonly orders = new OrderStream();
  readonly #controller: () => Controller;

  constructor(controller: () => Controller) {
    this.#controller = controller;
  }

  act(request: ReservationRequest): Promise<ReservationView> {
    return this.#controller().reservations.act(request);
  }

  answered(answer: ReservationAnswer): void {
    this.#controller().reservations.answered(answer);
  }

  lost(keys: readonly LostKey[]): void {
    this.#controller().reservations.lost(keys);
  }

  /**
   * A watcher has come, or one has gone.
   * @param present whether one is there now
   */
  watcher(came: boolean, present: boolean): void {
    const { reservations } = this.#controller();
    if (came) reservations.watcherCame();
    else if (!present) reservations.watcherGone();
  }
}
