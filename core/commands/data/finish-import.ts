/** What the commands that import datasets share. */

import { relative } from "node:path";
import { commandLine } from "../../base/command-line.ts";
import { type ExitCode, UserError } from "../../base/problem.ts";
import type { DatasetDraft } from "../../dataset/import/dataset-draft.ts";
import { IMPORT_REPORT, type ImportResult, importReport } from "../../dataset/import/import-result.ts";
import { THREADS_ARGUMENT } from "../define-data-command.ts";

/** The most notes of one kind on the console. The report has all. */
export const NOTES_SHOWN = 20;

/** The options of all imports. */
export const IMPORT_ARGUMENTS = {
  replace: { type: "boolean", description: "Replace a dataset of the same name" },
  threads: THREADS_ARGUMENT,
  json: { type: "boolean", description: "Print one JSON object, with all that was mended and left out" },
} as const;

/**
 * Gives the draft its name and prints what was done.
 *
 * @param lines The lines of the annotations. Without any, nothing is written.
 * @throws {UserError} If nothing was imported, with the first reasons.
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
      got: [importReport(result, NOTES_SHOWN), ...extra].join("\n"),
    });
  }
  draft.commit(lines, `${importReport(result)}\n`);
  const { folder } = result;
  const path = relative(process.cwd(), folder);
  const shown = [
    importReport(result, NOTES_SHOWN),
    ...extra,
    "",
    `${folder} (all notes: annotations/${IMPORT_REPORT})`,
    `check it: ${commandLine("data", "check", path)}`,
  ];
  process.stdout.write(`${asJson ? JSON.stringify(result) : shown.join("\n")}\n`);
  return 0;
}
