/** Writes a label that was read from an annotated copy as a line of annotations. */

import { annotationLine } from "../../annotation-line.ts";
import { DRAWN_ORIGIN } from "../import-result.ts";
import type { DrawnLabel } from "./import-drawn.ts";

/** The line of a sheet that had none. */
export function drawnLine({ fileName, sheetName, tables }: DrawnLabel): string {
  return annotationLine({
    fileName,
    sheetName,
    splitCode: null,
    regions: tables.map(({ range }) => range),
    more: { label_origin: DRAWN_ORIGIN },
  });
}
