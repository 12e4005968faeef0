/** Makes sweeps for tests: the file's keys as an object, read as a file would be. */

import { stringify } from "yaml";
import { readSweep } from "../../core/sweep/read-sweep.ts";
import type { Sweep } from "../../core/sweep/sweep.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** @param keys Those that a test is about. The others make a random sweep of a program. */
export function sweepOf(keys: Record<string, unknown>): Sweep {
  return readText(stringify({ method: "random", program: "trial.ts", ...keys }));
}

/** @throws {UserError} As `readSweep` does; its problems name the file `sweep.yaml`. */
export function readText(text: string): Sweep {
  using folder = temporaryFolder("sweep");
  folder.write("sweep.yaml", text);
  return readSweep("sweep.yaml", folder.path);
}
