/**
 * Reads the newest runs before anybody asks for them, so that they are drawn at once when they are chosen.
 */

import { statSync } from "node:fs";
import { join } from "node:path";
import { RUN_FILES } from "../base/run-folder-names.ts";
import type { RunList } from "../runs/run-list.ts";
import type { OpenRuns } from "./open-runs.ts";

/** How many runs, and how large their metrics may be together. */
const MOST_RUNS = 200;
const MOST_BYTES = 400 * 2 ** 20;
/** The pause after each run, in ms, in which requests are answered. */
const PAUSE_MS = 5;

/** Reads them one after the other. It never fails. @param signal Ends it. */
export async function warmUp(list: RunList, runs: OpenRuns, signal: AbortSignal): Promise<void> {
  list.look();
  let bytes = 0;
  for (const { id } of list.rows.slice(0, MOST_RUNS)) {
    const path = list.pathOf(id);
    if (path === null) continue;
    bytes += statSync(join(path, RUN_FILES.metrics), { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > Math.min(MOST_BYTES, runs.room)) return;
    await Bun.sleep(PAUSE_MS);
    if (signal.aborted) return;
    await runs.get(path, id).metrics();
  }
}
