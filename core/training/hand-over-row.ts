/** Hands the row of a step to the plugins. */

import type { RunParts } from "./run-parts.ts";
import type { RunState } from "./run-state.ts";

/** A row counts as handed over even if a plugin fails on it, so that no plugin gets it twice. */
export async function handOverRow(
  { host, profile }: Pick<RunParts, "host" | "profile">,
  state: RunState,
): Promise<void> {
  state.closeRow();
  await profile.during("hooks", () => host.closeRow(state.moment));
}
