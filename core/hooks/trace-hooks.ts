/**
 * Follows the calls of plugins, for `bun run train --trace-hooks`: a line for each call with its time and
 * what the plugin logged or changed in it, and the total time of each plugin at the end.
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
  /** What the plugins whose calls are under way have done in them, by plugin. */
  readonly #deeds = new Map<string, string[]>();

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
    const deeds: string[] = [];
    this.#deeds.set(plugin, deeds);
    const from = this.#now();
    return {
      [Symbol.dispose]: () => {
        const ms = this.#now() - from;
        if (this.#deeds.get(plugin) === deeds) this.#deeds.delete(plugin);
        const { calls, ms: before } = this.#totals.get(plugin) ?? { calls: 0, ms: 0 };
        this.#totals.set(plugin, { calls: calls + 1, ms: before + ms });
        const words = [`hook  ${plugin}  ${hook}  step ${step}  ${ms.toFixed(3)} ms`, ...deeds];
        this.#print(words.join("  "));
      },
    };
  }

  /**
   * Notes what a plugin did. It joins the line of the call that is under way; without one, in a timer of the
   * plugin for example, it has a line of its own.
   *
   * @param deed `logged f1=0.5`.
   */
  note(plugin: string, deed: string): void {
    const deeds = this.#deeds.get(plugin);
    if (deeds) deeds.push(deed);
    else this.#print(`hook  ${plugin}  outside of its hooks  ${deed}`);
  }

  /** Prints the total time of each plugin, the slowest first. */
  printTotals(): void {
    const slowestFirst = [...this.#totals].sort(([, a], [, b]) => b.ms - a.ms);
    const rows = slowestFirst.map(([plugin, { calls, ms }]) => [plugin, String(calls), ms.toFixed(3)]);
    this.#print(`time in plugins:\n${table(["plugin", "calls", "ms"], rows, 1)}`);
  }
}
