/** The time of a run's log. It never stands still or goes back, whatever happens to the system's clock. */

export class SteadyClock {
  readonly #monotonic: () => number;
  /** What to add to the monotonic time, in ms. */
  readonly #offset: number;

  /**
   * @param wall The system's time, in ms since 1970. It is asked once.
   * @param monotonic A time in ms from any beginning.
   */
  constructor(wall: number = Date.now(), monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#offset = wall - monotonic();
  }

  /** The time in ms since 1970: what the system's clock would show if nobody had set it since. */
  now(): number {
    return this.#offset + this.#monotonic();
  }
}
