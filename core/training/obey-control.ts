/** Does what another process asks of the run through the control file in its folder. */

import { LAST_CHECKPOINT } from "../base/run-folder-names.ts";
import type { StopRequest } from "../hooks/lifecycle.ts";
import type { RunParts } from "./run-parts.ts";

/** The name under which the console and the summary have the requests. */
const GIVER = "control file";

/** Called between two gradient steps. The host says on the console what will happen. */
export function obeyControl({ host, takeControl }: Pick<RunParts, "host" | "takeControl">): void {
  for (const action of takeControl()) {
    if (action === "stop") host.requestStop(GIVER, "a stop was asked for", "epoch");
    else host.requestCheckpoint(LAST_CHECKPOINT, ["latest"], GIVER);
  }
}

/** Whether another process asked for the end of the run. */
export function isControlled(requests: readonly StopRequest[]): boolean {
  return requests.some(({ plugin }) => plugin === GIVER);
}

/** The requests of plugins alone: what another process asked of one that has ended is dropped. */
export function withoutControl(requests: readonly StopRequest[]): readonly StopRequest[] {
  return requests.filter(({ plugin }) => plugin !== GIVER);
}
