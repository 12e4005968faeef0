/** Keeps what a trial's plugins print, log and hand over, and which hooks of the tried plugin are called. */

import { isRecord } from "../base/plain-object.ts";
import type { RunConsole } from "../console/console.ts";
import type { Artifact, HookName, Hooks } from "../hooks/lifecycle.ts";
import type { Plugin } from "../hooks/plugin.ts";

type Listener = Parameters<RunConsole["subscribe"]>[0];

export class TrialRecord {
  readonly kept = {
    rows: [] as Readonly<Record<string, number>>[],
    lines: [] as string[],
    warnings: [] as string[],
    statuses: [] as (string | null)[],
    artifacts: [] as Artifact[],
    images: [] as { name: string; png: Uint8Array; caption: string }[],
    progress: {} as Readonly<Record<string, number>>,
    calls: [] as HookName[],
  };
  readonly console: RunConsole;
  readonly #listeners = new Set<Listener>();

  constructor(isTerminal: boolean) {
    this.console = {
      isTerminal,
      columns: 120,
      line: (text) => this.#print(text, "stdout"),
      warn: (text) => {
        this.kept.warnings.push(text);
        this.#print(text, "stderr");
      },
      status: (text) => void this.kept.statuses.push(text),
      subscribe: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
    };
  }

  /** The plugin, whose calls are kept. */
  watched(plugin: Plugin): Plugin {
    const setup: Plugin["setup"] = async (run, options) =>
      this.#watchedHooks(await plugin.setup(run, options));
    return Object.create(plugin, { setup: { value: setup } }) as Plugin;
  }

  /** The last plugin of the run: it keeps what all others are handed. */
  get listener(): Plugin {
    const { rows, artifacts, images } = this.kept;
    return {
      name: "the trial itself",
      order: "post",
      setup: () => ({
        onLog: ({ row }) => void rows.push(row),
        onArtifact: ({ step: _, epoch: __, ...artifact }) => void artifacts.push(artifact),
        onImage: ({ step: _, epoch: __, ...image }) => void images.push(image),
        onProgress: ({ values }) => {
          this.kept.progress = values;
        },
      }),
    };
  }

  #watchedHooks(hooks: Hooks): Hooks {
    if (!isRecord(hooks)) return hooks; // the host says what is wrong with it
    return new Proxy(hooks, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function" || !String(name).startsWith("on")) return value;
        return (event: unknown) => {
          this.kept.calls.push(name as HookName);
          return value.call(target, event);
        };
      },
    });
  }

  #print(text: string, stream: "stdout" | "stderr"): void {
    for (const line of text.split("\n")) {
      this.kept.lines.push(line);
      for (const listener of this.#listeners) listener(line, stream);
    }
  }
}
