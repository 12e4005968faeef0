/** The tables of a workbook as text for a language model, by pages. */

import { usageError } from "../base/problem.ts";
import { counted } from "../base/text-layout.ts";
import type { FoundTable, FoundWorkbook } from "../library/library-types.ts";
import { estimatedTokens } from "../library/markdown-page.ts";

/** Tokens for the first and last lines. */
const FRAME_TOKENS = 120;

/**
 * A line per table, from top to bottom of each sheet, and a last line that says how to go on.
 *
 * @param first The number of the first table on the page, from 1.
 * @param maxTokens As `estimatedTokens` counts them.
 * @throws {UserError} Exit code 2, if there is no table of this number.
 */
export function listText({ sheets, notes }: FoundWorkbook, first: number, maxTokens: number): string {
  const lines = sheets.flatMap(({ sheet, hidden, lookedAt, tables }) =>
    inReadingOrder(tables).map((table) => {
      const remarks = [
        ...(hidden ? ["hidden sheet"] : []),
        ...(lookedAt === null ? [] : [`only ${lookedAt} was looked at`]),
      ];
      const size = `${table.bottom - table.top + 1} rows × ${table.right - table.left + 1} columns`;
      const score = `score ${table.score.toFixed(2)}`;
      return [`sheet ${JSON.stringify(sheet)} range ${table.range}`, size, score, ...remarks].join(", ");
    }),
  );
  if (lines.length === 0) return [`No tables on ${counted(sheets.length, "sheet")}.`, ...notes].join("\n");
  if (first > lines.length) {
    const expected = `a number from 1 to ${lines.length}`;
    throw usageError({ message: "Cannot use first_table", expected, got: String(first) });
  }
  const shown: string[] = [];
  let room = maxTokens - FRAME_TOKENS;
  for (const [index, line] of lines.entries()) {
    if (index < first - 1) continue;
    const numbered = `${index + 1}. ${line}`;
    room -= estimatedTokens(`${numbered}\n`);
    if (room < 0 && shown.length > 0) break;
    shown.push(numbered);
  }
  const last = first - 1 + shown.length;
  const more = last < lines.length ? `More tables: call again with first_table ${last + 1}.` : "That is all.";
  return [`Tables ${first} to ${last} of ${lines.length}:`, ...shown, more].join("\n");
}

function inReadingOrder(tables: readonly FoundTable[]): FoundTable[] {
  return [...tables].sort((a, b) => a.top - b.top || a.left - b.left);
}
