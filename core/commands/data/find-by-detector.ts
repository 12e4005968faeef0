/** Finds the tables of workbooks with the network and Excel's own objects, for labels. */

import type { FindTables } from "../../dataset/labelling/propose-labels.ts";
import { proposedByModel } from "../../detection/proposed-tables.ts";
import type { SheetDetector } from "../../detection/sheet-detector.ts";

/** One workbook at a time: the detector's own workers share its sheets. */
export function findByDetector(detector: SheetDetector): FindTables {
  let last: Promise<unknown> = Promise.resolve();
  return (sheets) => {
    const found = last.then(() => detector.detect(sheets));
    last = found.catch(() => {});
    return found.then((tables) => sheets.map((sheet, at) => proposedByModel(sheet, tables[at]!)));
  };
}
