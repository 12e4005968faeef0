/** Hands the row of a step to the plugins. */

import type { PluginHost } from "../hooks/plugin-host.ts";
import type { RunState } from "./run-state.ts";

/** The row counts as handed over even if a plugin fails on it: nobody gets it twice. */
export async function handOverRow(host: PluginHost, state: RunState): Promise<void> {
  state.closeRow();
  await host.closeRow(state.moment);
}
