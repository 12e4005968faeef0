/** A run for plugin tests: remembers what a plugin asks of it. */

import type { Config, Json, PluginRun } from "../../core/plugin.ts";

export interface FakeRun extends PluginRun {
  readonly asked: string[];
  readonly printed: string[];
  readonly statuses: (string | null)[];
  readonly logged: Record<string, number>;
  readonly artifacts: { name: string; type: string; files: readonly string[] }[];
}

export function fakeRun(overrides: Partial<PluginRun> & { terminal?: boolean } = {}): FakeRun {
  const asked: string[] = [];
  const printed: string[] = [];
  const statuses: (string | null)[] = [];
  const logged: Record<string, number> = {};
  const artifacts: FakeRun["artifacts"] = [];
  return {
    asked,
    printed,
    statuses,
    logged,
    artifacts,
    id: "abcd1234",
    name: "fake run",
    folder: "/nowhere",
    config: {} as Config,
    startedAt: 0,
    resumed: null,
    state: null as Json,
    console: {
      isTerminal: overrides.terminal ?? false,
      columns: 100,
      line: (text) => void printed.push(text),
      warn: (text) => void printed.push(text),
      status: (text) => void statuses.push(text),
      subscribe: () => () => {},
    },
    log: (values) => void Object.assign(logged, values),
    logArtifact: (artifact) => void artifacts.push({ ...artifact }),
    logImage: () => {},
    requestCheckpoint: (fileName, aliases = []) => void asked.push([fileName, ...aliases].join(" ")),
    requestStop: (reason, { after = "epoch" } = {}) => void asked.push(`stop after ${after}: ${reason}`),
    progress: () => {},
    ...overrides,
  };
}
