/** Finds workbooks that are in two splits under two names: a test must not use what was trained on. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../base/problem.ts";
import { systemPath } from "../../base/system-path.ts";
import { fileSize } from "../../files/file-state.ts";
import type { PlannedWorkbook } from "../reading-plan.ts";
import { placeOf } from "./check-workbook.ts";

/**
 * One warning for each workbook whose bytes are those of an earlier one in another split. Workbooks that
 * cannot be read are passed over.
 */
export function repeatedWorkbooks(workbooks: readonly PlannedWorkbook[]): Problem[] {
  const bySize = Map.groupBy(workbooks, (workbook) => fileSize(pathOf(workbook)));
  return [...bySize.values()]
    .filter((group) => group.length > 1)
    .flatMap((group) => [...Map.groupBy(group, contentHash)])
    .flatMap(([hash, alike]) => (hash === null ? [] : warningsAbout(alike)));
}

function warningsAbout([first, ...others]: readonly PlannedWorkbook[]): Problem[] {
  const splitOf = ({ sheets }: PlannedWorkbook) => sheets[0]!.split;
  return others
    .filter((other) => splitOf(other) !== splitOf(first!))
    .map((other) => ({
      ...placeOf(other, other.sheets[0]!, other.fileName),
      message:
        `the same workbook as ${first!.fileName}, which is in the ${splitOf(first!)} split; ` +
        `this one is in ${splitOf(other)}`,
      fix: "keep one of the two",
    }));
}

/** Null if the workbook cannot be read, which other checks report. */
function contentHash(workbook: PlannedWorkbook): string | null {
  try {
    return createHash("sha256")
      .update(readFileSync(systemPath(pathOf(workbook))))
      .digest("hex");
  } catch {
    return null;
  }
}

function pathOf({ dataset, fileName }: PlannedWorkbook): string {
  return join(dataset.files, fileName);
}
