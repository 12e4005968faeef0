/** Blocks of lines of text. */

import type { Random } from "../../base/random.ts";
import type { CellStyle, CellValue } from "../../excel/write/workbook-layout.ts";
import type { Block } from "./block.ts";

/** A text in a row of its own. */
export interface Line {
  readonly text: CellValue;
  readonly style?: CellStyle | undefined;
  /** Columns across which it is merged. */
  readonly across?: number;
  /** Columns by which it is indented. */
  readonly column?: number;
}

/**
 * Lines below one another; null is an empty row. Styles reach at least over the first `paintedAcross`
 * columns.
 */
export function linesBlock(lines: readonly (Line | null)[], paintedAcross = 1): Block {
  const width = lines.reduce(
    (most, line) => Math.max(most, (line?.column ?? 0) + (line?.across ?? 1)),
    paintedAcross,
  );
  return {
    height: lines.length,
    width,
    draw({ canvas }, top, left) {
      for (const [at, line] of lines.entries()) {
        if (line === null) continue;
        const row = top + at;
        const column = left + (line.column ?? 0);
        canvas.put(row, column, line.text, line.style);
        const right = column + (line.across ?? 1) - 1;
        const reach = Math.max(right, left + paintedAcross - 1);
        canvas.paint({ top: row, left: column, bottom: row, right: reach }, line.style);
        canvas.merge({ top: row, left: column, bottom: row, right });
      }
    },
  };
}

/** `count` signs in one column and the texts beside them. `text` draws a text. */
export function numberedBlock(
  random: Random,
  count: number,
  style: CellStyle | undefined,
  text: () => string,
): Block {
  const signs = random.pick([
    ["1", "2", "3"],
    ["*", "**", "***"],
    ["(a)", "(b)", "(c)"],
    [1, 2, 3],
  ] as const);
  const texts = Array.from({ length: count }, text);
  return {
    height: count,
    width: 2,
    draw({ canvas }, top, left) {
      for (const [at, each] of texts.entries()) {
        canvas.put(top + at, left, signs[at] ?? String(at + 1), style);
        canvas.put(top + at, left + 1, each, style);
      }
    },
  };
}
