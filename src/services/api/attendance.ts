/** Who reads the event streams, by the name and version that it gives: "ispmlogger/0.1.0" (RFC 9110 10.1.5, User-Agent). */
export class Attendance {
  readonly #present: string[] = [];

  /** A reader has come. Gives what tells that it has gone. */
  come(agent: string | undefined): () => void {
    if (agent === undefined) return () => undefined;
    this.#present.push(agent);
    return () => void this.#present.splice(this.#present.indexOf(agent), 1);
  }

  /** Versions of the readers of this name that are there, each once. */
  versions(name: string): readonly string[] {
    const own = this.#present.filter((agent) => agent.startsWith(`${name}/`));
    return [...new Set(own.map((agent) => agent.slice(name.length + 1)))];
  }
}
