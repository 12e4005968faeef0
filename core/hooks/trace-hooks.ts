/**
 * Measures the calls of plugins, for `bun run train --trace-hooks`: a line for each call, and the
 * total time of each plugin at the end.
 */

import { table } from "../base/text-layout.ts";

/** A call of a plugin's hook, of its `setup` or of its `saveState`. */
export interface TracedCall {
  readonly plugin: string;
  readonly hook: string;
  readonly step: number;
}

export class HookTrace {
  readonly #print: (line: string) => void;
  readonly #now: () => number;
  readonly #totals = new Map<string, { calls: number; ms: number }>();

  /**
   * @param print Takes the lines.
   * @param now The time in ms, from any beginning.
   */
  constructor(print: (line: string) => void, now: () => number = () => performance.now()) {
    this.#print = print;
    this.#now = now;
  }

  /** Measures from now until the result is disposed of, and prints the call's line then. */
  begin({ plugin, hook, step }: TracedCall): Disposable {
    const from = this.#now();
    return {
      [Symbol.dispose]: () => {
        const ms = this.#now() - from;
        const { calls, ms: before } = this.#totals.get(plugin) ?? { calls: 0, ms: 0 };
        this.#totals.set(plugin, { calls: calls + 1, ms: before + ms });
        this.#print(`hook  ${plugin}  ${hook}  step ${step}  ${ms.toFixed(3)} ms`);
      },
    };
  }

  /** Prints the total time of each plugin, the slowest first. */
  printTotals(): void {
    const slowestFirst = [...this.#totals].sort(([, a], [, b]) => b.ms - a.ms);
    const rows = slowestFirst.map(([plugin, { calls, ms }]) => [plugin, String(calls), ms.toFixed(3)]);
    this.#print(`time in plugins:\n${table(["plugin", "calls", "ms"], rows, 1)}`);
  }
}
