import { PathManagerError } from '../../base/errors.js';
import type { Controller } from '../../controller/controller.js';
import type { ReservationView } from '../../model/reservations/types.js';
import { OrderStream } from '../api/order-stream.js';
import type { ReservationService } from '../api/service.js';

/** Persistent reservations: the controller's part behind the API. */
export class ReservationDesk implements ReservationService {
  readonly orders = new OrderStream();
  readonly #controller: () => Controller;

  constructor(controller: () => Controller) {
    this.#controller = controller;
  }

  act(): Promise<ReservationView> {
    const { units } = this.#controller().state;
    return Promise.reject(new PathManagerError('INTERNAL', `Reservations of ${String(units.size)} units are to come`));
  }

  answered(): void {
    this.#controller();
  }

  lost(): void {
    this.#controller();
  }
}
