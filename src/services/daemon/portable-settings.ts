import type { Clock } from '../../base/clock.js';
import type { Controller } from '../../controller/controller.js';
import { previewImport } from '../../model/dry-run.js';
import { differences, exportView, missingParts, type ExportView } from '../../model/portable.js';
import type { Request } from '../../model/types.js';
import type { ImportedView, ImportPreviewView } from '../../model/view.js';
import type { PortableService } from '../api/service.js';

/** The controller's settings as a whole. */
export class PortableSettings implements PortableService {
  readonly #clock: Clock;
  readonly #controller: () => Controller;

  constructor(clock: Clock, controller: () => Controller) {
    this.#clock = clock;
    this.#controller = controller;
  }

  export(): ExportView {
    return exportView(this.#controller().state);
  }

  preview(request: Extract<Request, { kind: 'import' }>): ImportPreviewView {
    const { changes, missing, refusal } = previewImport(this.#controller().state, this.#clock.now(), request);
    return { changes, missing, refusal: refusal && { code: refusal.code, message: refusal.message } };
  }

  async import(request: Extract<Request, { kind: 'import' }>): Promise<ImportedView> {
    const controller = this.#controller();
    const before = controller.state;
    const done = controller.request(request);
    // The model has taken it by now; what the kernel still has to do, and others do meanwhile, is no part of it.
    const changes = differences(before, controller.state);
    await done;
    return { changes, missing: missingParts(before, request.settings) };
  }
}
