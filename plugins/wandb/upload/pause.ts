/** A wait that somebody else can cut short. */

export class Pause {
  #end: (() => void) | null = null;

  /**
   * Waits for `ms` at least, unless it is cut short.
   *
   * @param canBeCut False: `cutShort` does not end this wait.
   */
  async wait(ms: number, canBeCut = true): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.ceil(ms)); // a timer drops the fraction, so it would end too early
    if (canBeCut) this.#end = resolve;
    await promise;
    clearTimeout(timer);
    this.#end = null;
  }

  /** Ends the wait that is under way, if there is one. */
  cutShort(): void {
    this.#end?.();
  }
}
