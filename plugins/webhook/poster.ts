/** Posts JSON in the background. What goes wrong is a warning; the address, which is a secret, is in none. */

/**
 * Life cycle: `post` returns at once. `finish` waits until every post has been answered, has failed or was
 * given up; none takes longer than the time limit.
 */
export class Poster {
  readonly #address: URL;
  readonly #seconds: number;
  readonly #warn: (line: string) => void;
  readonly #open = new Set<Promise<void>>();

  /**
   * @param seconds The time limit of a post.
   * @param warn Gets a line for each post that failed.
   */
  constructor(address: URL, seconds: number, warn: (line: string) => void) {
    this.#address = address;
    this.#seconds = seconds;
    this.#warn = warn;
  }

  /** @param hook The hook that posts, for the warning. */
  post(hook: string, body: object): void {
    const work = this.#send(body).then((problem) => {
      this.#open.delete(work);
      if (problem === null) return;
      this.#warn(
        `webhook in ${hook}: ${this.#address.host} ${problem}. Nothing was posted; the run goes on.`,
      );
    });
    this.#open.add(work);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#open);
  }

  /** @returns What went wrong, after the name of the host; null if nothing did. */
  async #send(body: object): Promise<string | null> {
    try {
      const response = await fetch(this.#address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body, finiteOrText),
        redirect: "manual", // another address than the one that was given gets nothing
        signal: AbortSignal.timeout(this.#seconds * 1000),
      });
      await response.body?.cancel();
      return response.ok ? null : `answered with status ${response.status}`;
    } catch (error) {
      const { name, code } = error as { readonly name?: string; readonly code?: string };
      if (name === "TimeoutError") return `did not answer within ${this.#seconds} s`;
      return `could not be reached (${code ?? name ?? "unknown error"})`;
    }
  }
}

/** Numbers that JSON lacks become texts, as in the run's `metrics.jsonl`. */
function finiteOrText(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
