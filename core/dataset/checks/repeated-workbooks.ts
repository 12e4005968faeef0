/** Finds workbooks that are in two splits under two names: a test must not use what was trained on. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../base/problem.ts";
import { fileSize } from "../../files/file-state.ts";
import type { PlannedWorkbook } from "../reading-plan.ts";
import { placeOf } from "./check-workbook.ts";

/** One warning for each workbook whose bytes are those of an earlier one in another split. */
export function repeatedWorkbooks(workbooks: readonly PlannedWorkbook[]): Problem[] {
  const bySize = Map.groupBy(workbooks, (workbook) => fileSize(pathOf(workbook)));
  const alike = [...bySize.values()].filter((group) => group.length > 1);
  return alike.flatMap((group) => [...Map.groupBy(group, contentHash).values()]).flatMap(warningsAbout);
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

function contentHash(workbook: PlannedWorkbook): string {
  return createHash("sha256")
    .update(readFileSync(pathOf(workbook)))
    .digest("hex");
}

function pathOf({ dataset, fileName }: PlannedWorkbook): string {
  return join(dataset.files, fileName);
}
