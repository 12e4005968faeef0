/** Draws the border lines of a table. */

import type { Range } from "../../base/range.ts";
import type { TableLook } from "../looks/table-look.ts";
import type { SheetCanvas } from "./sheet-canvas.ts";

/** Draws the lines of a table whose first `headerRows` rows are its header. */
export function drawBorders(
  canvas: SheetCanvas,
  headerRows: number,
  { borders, line }: TableLook,
  range: Range,
): void {
  const { top, left, bottom, right } = range;
  const headerBottom = Math.max(top, top + headerRows - 1);
  switch (borders) {
    case "none":
      return;
    case "all":
      canvas.paint(range, { border: { left: line, right: line, top: line, bottom: line } });
      return;
    case "rows":
      canvas.paint(range, { border: { bottom: line } });
      return;
    case "columns":
      canvas.paint(range, { border: { left: line, right: line } });
      return;
    case "header":
      canvas.paint({ ...range, top: headerBottom, bottom: headerBottom }, { border: { bottom: line } });
      return;
    case "ends":
      canvas.paint({ ...range, bottom: top }, { border: { top: line } });
      canvas.paint({ ...range, top: headerBottom, bottom: headerBottom }, { border: { bottom: line } });
      canvas.paint({ ...range, top: bottom }, { border: { bottom: line } });
      return;
    case "outline":
      canvas.paint({ ...range, bottom: top }, { border: { top: line } });
      canvas.paint({ ...range, top: bottom }, { border: { bottom: line } });
      canvas.paint({ ...range, right: left }, { border: { left: line } });
      canvas.paint({ ...range, left: right }, { border: { right: line } });
      canvas.paint({ ...range, top: headerBottom, bottom: headerBottom }, { border: { bottom: line } });
  }
}
