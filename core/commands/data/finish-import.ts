/** What the commands that import datasets share. */

import { relative } from "node:path";
import { type ExitCode, UserError } from "../../base/problem.ts";
import type { DatasetDraft } from "../../dataset/import/dataset-draft.ts";
import { type ImportResult, importReport } from "../../dataset/import/import-result.ts";

/** Notes of one kind that the console shows; all of them stand in the report. */
const SHOWN = 20;

export const IMPORT_ARGUMENTS = {
  replace: { type: "boolean", description: "Put the new dataset in the place of one of the same name" },
  threads: { type: "string", valueHint: "number", description: "Threads that read (one a core)" },
  json: { type: "boolean", description: "Print one JSON object, with all that was mended and left out" },
} as const;

/**
 * Gives the draft its name and says what was done.
 *
 * @param lines Of the annotations. Without any, nothing is written.
 * @throws {UserError} If nothing could be imported, with the first reasons.
 */
export function finishImport(
  draft: DatasetDraft,
  lines: readonly string[],
  result: ImportResult,
  asJson: boolean,
  extra: readonly string[] = [],
): ExitCode {
  if (lines.length === 0) {
    throw new UserError({
      message: "Cannot import anything: no sheet is left",
      got: [importReport(result, SHOWN), ...extra].join("\n"),
    });
  }
  draft.commit(lines, `${importReport(result)}\n`);
  const { folder } = result;
  const path = relative(process.cwd(), folder);
  const shown = [
    importReport(result, SHOWN),
    ...extra,
    "",
    `${folder} (all notes: annotations/import-report.txt)`,
    `check it: bun run data check ${/^[\w./-]+$/.test(path) ? path : JSON.stringify(path)}`,
  ];
  process.stdout.write(`${asJson ? JSON.stringify(result) : shown.join("\n")}\n`);
  return 0;
}
