/** The cells of a validation sheet as the drawing needs them. */

import type { SheetLook } from "../../../features/cell-look.ts";
import type { ShownSheet } from "../../api.ts";

/** Spreads the run-length code; cells that it does not reach show nothing. */
export function lookOfSheet({ rows, cols, marks }: ShownSheet): SheetLook {
  const cells = new Uint16Array(rows * cols).fill(1);
  let at = 0;
  for (let index = 0; index + 1 < marks.length; index += 2) {
    cells.fill(marks[index]!, at, at + marks[index + 1]!);
    at += marks[index + 1]!;
  }
  return { height: rows, width: cols, cells };
}
