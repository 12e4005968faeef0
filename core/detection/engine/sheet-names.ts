/** How messages name the sheets of a micro-batch. */

import type { MicroBatch } from "./gradient-engine.ts";

/** The sheets of a micro-batch with their sizes, for messages: "real/a.xlsx/Sheet1 (120 x 14 cells)". */
export function sheetNames({ sheets }: MicroBatch): string {
  return sheets.map(({ label, grid }) => `${label} (${grid.height} x ${grid.width} cells)`).join(", ");
}
