/** Time limits that pass when a test says so, and not by the clock. */

import { spyOn } from "bun:test";

/** No test lasts as long as this. */
const NEVER = 2 ** 31 - 1;

/** While it stands, every timer of one delay waits for `pass()`; timers of other delays run as ever. */
export class HeldTimers implements Disposable {
  readonly #waiting = new Map<unknown, () => void>();
  readonly #spies: readonly { mockRestore(): void }[];

  /** @param delay As the code under test gives it to `setTimeout`, ms. */
  constructor(delay: number) {
    const [start, clear] = [globalThis.setTimeout, globalThis.clearTimeout];
    const hold = (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
      if (ms !== delay) return start(run, ms, ...args);
      const timer = start(() => {}, NEVER);
      this.#waiting.set(timer, run);
      return timer;
    };
    this.#spies = [
      spyOn(globalThis, "setTimeout").mockImplementation(hold as typeof setTimeout),
      spyOn(globalThis, "clearTimeout").mockImplementation((timer) => {
        this.#waiting.delete(timer);
        clear(timer as Timer);
      }),
    ];
  }

  /** Timers that wait now. */
  get count(): number {
    return this.#waiting.size;
  }

  /** The time is over for all that wait now. */
  pass(): void {
    for (const [timer, run] of [...this.#waiting]) {
      clearTimeout(timer as Timer);
      run();
    }
  }

  [Symbol.dispose](): void {
    for (const timer of [...this.#waiting.keys()]) clearTimeout(timer as Timer);
    for (const spy of this.#spies) spy.mockRestore();
  }
}
