/** Commands under way, by device. A path takes one at a time: who has another kind of command for it waits here. */
export class UnderWay {
  readonly #commands = new Map<string, Set<Promise<void>>>();

  /** Notes a command until it has ended, and gives what it gives. */
  async note<T>(device: string, command: Promise<T>): Promise<T> {
    const ended = command.then(ignore, ignore);
    const commands = this.#commands.get(device) ?? new Set();
    this.#commands.set(device, commands.add(ended));
    try {
      return await command;
    } finally {
      commands.delete(ended);
      if (commands.size === 0) this.#commands.delete(device);
    }
  }

  has(device: string): boolean {
    return this.#commands.has(device);
  }

  /** Settles when the device has none. */
  async none(device: string): Promise<void> {
    await Promise.all([...(this.#commands.get(device) ?? [])]);
  }

  /** The first in the list that has none, as soon as there is one. The list must not be empty. */
  async firstWithout(devices: readonly string[]): Promise<string> {
    for (;;) {
      const free = devices.find((device) => !this.has(device));
      if (free !== undefined) return free;
      await Promise.race(devices.map((device) => this.none(device)));
    }
  }
}

function ignore(): void {
  // How it ended concerns whoever sent it.
}
