/** What the server asks of the threads that read workbooks, and what they answer: once for each question. */

import type { Problem } from "../base/problem.ts";
import type { SheetGrid } from "../features/sheet-grid.ts";
import type { BlockPlace } from "./cell-block.ts";
import type { CellBlock, SheetLayout } from "./label-messages.ts";

export type ReadingQuestion = { readonly path: string } & (
  | { readonly kind: "names" }
  | { readonly kind: "hash" }
  | { readonly kind: "grids" }
  | { readonly kind: "layout"; readonly sheet: string }
  | { readonly kind: "cells"; readonly sheet: string; readonly place: BlockPlace }
);

/** A sheet as its workbook lists it. */
interface NamedSheet {
  readonly name: string;
  readonly hidden: boolean;
}

/** What the search for tables needs of a sheet. */
export interface LookedSheet extends SheetGrid {
  /** See `sheetTemplate`. */
  readonly template: string;
}

export type ReadingAnswer =
  | { readonly kind: "names"; readonly sheets: readonly NamedSheet[] }
  | { readonly kind: "hash"; readonly hash: string }
  | { readonly kind: "grids"; readonly sheets: readonly LookedSheet[] }
  | { readonly kind: "layout"; readonly layout: SheetLayout; readonly height: number; readonly width: number }
  | { readonly kind: "cells"; readonly block: CellBlock }
  | { readonly kind: "failed"; readonly problems: readonly Problem[] };
