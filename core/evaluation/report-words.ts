/** The names of groups and the lines of mistakes that the text and the page of an evaluation share. */

import { PREDICTED_WORDS, TRUTH_WORDS } from "../scoring/mistake-words.ts";
import type { GroupName } from "./sheet-groups.ts";
import type { SheetReport } from "./sheet-report.ts";

export const GROUP_TITLES: Readonly<Record<GroupName, string>> = {
  tables_per_sheet: "tables on the sheet",
  sheet_size: "size of the sheet",
  confidence: "confidence of the label",
  label_origin: "origin of the label",
  dataset: "dataset",
};

/** The mistakes on a sheet, one line per table: `off by 1–2  A1:F20, found as A1:F21 (EoB 1)`. */
export function mistakeLines({ truth, predicted }: SheetReport): string[] {
  const widest = Math.max(
    ...Object.values({ ...TRUTH_WORDS, ...PREDICTED_WORDS }).map(({ length }) => length),
  );
  const line = (words: string, what: string) => `${words.padEnd(widest)}  ${what}`;
  return [
    ...truth
      .filter(({ kind }) => kind !== "exact")
      .map((table) => {
        const found = table.predicted === null ? "" : `, found as ${table.predicted} (EoB ${table.eob})`;
        return line(TRUTH_WORDS[table.kind], table.range + found);
      }),
    ...predicted
      .filter(({ kind }) => kind === "false" || kind === "duplicate")
      .map(({ kind, range, score }) => line(PREDICTED_WORDS[kind], `${range} (score ${score.toFixed(2)})`)),
  ];
}
