/** Tests that the grids of a prediction carry hints for networks that read them, and only for those. */

import { afterAll, expect, test } from "bun:test";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import type { PackedGrid } from "../../core/features/packed-grid.ts";
import { unpackGrid } from "../../core/features/packed-grid.ts";
import { HINTS_WORD, VECTOR_WORDS } from "../../core/features/vector-bits.ts";
import { predictWorkbook } from "../../core/prediction/predict-workbook.ts";
import { predictWorkbooks } from "../../core/prediction/predict-workbooks.ts";
import { filledSheet } from "../support/dataset-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder("prediction-hints");
afterAll(() => folder.remove());

const BOOK = folder.write("book.xlsx", encodeWorkbook({ sheets: [filledSheet("First", 12, 4)] }));

function hintsOf({ vectors }: PackedGrid): number[] {
  return [...vectors].filter((_, at) => at % VECTOR_WORDS === HINTS_WORD);
}

async function seenWith(hints: boolean | undefined): Promise<PackedGrid> {
  const seen: PackedGrid[] = [];
  await predictWorkbook(BOOK, {
    mode: "model",
    hints,
    async detect(sheets) {
      seen.push(...sheets.map(({ grid }) => grid));
      return sheets.map(() => []);
    },
  });
  return seen[0]!;
}

test("a grid without hints has the same 43 channels and no hint", async () => {
  const [whole, plain] = [await seenWith(undefined), await seenWith(false)];
  expect(hintsOf(whole).some((hints) => hints !== 0)).toBe(true);
  expect(hintsOf(plain).every((hints) => hints === 0)).toBe(true);
  expect(unpackGrid(plain)).toEqual(unpackGrid(whole));
});

test.each([true, false])("the threads ask for hints if the network reads them: %p", async (readsHints) => {
  const seen: boolean[] = [];
  await predictWorkbooks([BOOK], {
    mode: "model",
    threads: 1,
    detector: {
      readsHints,
      async detect(sheets) {
        seen.push(...sheets.map(({ grid }) => hintsOf(grid).some((hints) => hints !== 0)));
        return sheets.map(() => []);
      },
    },
    onOutcome(_, { problems }) {
      expect(problems).toEqual([]);
    },
  });
  expect(seen).toEqual([readsHints]);
});
