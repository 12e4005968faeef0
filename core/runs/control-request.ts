/**
 * What another process asks of a training, through `control.json` in the run's folder. The training looks for
 * the file between two gradient steps, and removes it.
 */

import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { readStart } from "../files/file-ends.ts";
import { isFolderHeld } from "../files/folder-lock.ts";
import { writeFileAtomic } from "../files/write-atomic.ts";

/** `checkpoint`: renew `last.pt` now. `stop`: end the run after the epoch that is under way. */
const CONTROL_ACTIONS = ["checkpoint", "stop"] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** The file is shorter. */
const MOST_BYTES = 2 ** 12;
/** The file that holds requests that are being taken: what comes meanwhile is not lost. */
const TAKEN = `${RUN_FILES.control}.taken`;

/**
 * Asks the training in a folder for something. It happens after the gradient step that is under way.
 *
 * @throws {UserError} If nothing trains there, or the folder cannot be written to.
 */
export function requestControl(folder: string, action: ControlAction): void {
  const verb = action === "stop" ? "stop this run" : "save a checkpoint of this run";
  if (!isFolderHeld(folder)) {
    throw new UserError({
      file: folder,
      message: `Cannot ${verb}`,
      expected: "a run that trains",
      got: "a folder in which no process works",
    });
  }
  const file = join(folder, RUN_FILES.control);
  const requests = [...new Set([...readRequests(file), action])];
  try {
    writeFileAtomic(file, `${JSON.stringify({ requests })}\n`);
  } catch (cause) {
    throw new UserError(
      {
        file,
        message: `Cannot ${verb}`,
        expected: "a folder that can be written to",
        got: (cause as Error).message,
        fix: "free space or change the folder's permissions",
      },
      { cause },
    );
  }
}

/**
 * Takes the requests for the training in a folder: they are there no more. It never fails; a file that holds
 * no requests is removed.
 */
export function takeControl(folder: string): ControlAction[] {
  const taken = join(folder, TAKEN);
  try {
    renameSync(join(folder, RUN_FILES.control), taken);
  } catch {
    return []; // nothing was asked for
  }
  const requests = readRequests(taken);
  try {
    rmSync(taken, { force: true });
  } catch {
    // The next request replaces it.
  }
  return requests;
}

function readRequests(file: string): ControlAction[] {
  try {
    const value: unknown = JSON.parse(readStart(file, MOST_BYTES).toString("utf8"));
    const requests = isRecord(value) && Array.isArray(value.requests) ? value.requests : [];
    return CONTROL_ACTIONS.filter((action) => requests.includes(action));
  } catch {
    return [];
  }
}
