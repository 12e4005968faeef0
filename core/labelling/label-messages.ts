/**
 * What the page and the server of `bun run label` say to each other: types alone, so that the browser can
 * load the file. The server answers with JSON on loopback to whoever has the token, as the viewer's does; an
 * error is `{ error }` with the status 4xx or 5xx.
 *
 * - `GET /api/label`: `LabelList`.
 * - `GET /api/label/events`: server-sent events, `LabelEvents` by name, each event's data as JSON.
 * - `GET /api/label/sheets/<id>`: `OpenedSheet`.
 * - `GET /api/label/sheets/<id>/cells?top=&left=&rows=&cols=`: `CellBlock`. Rows and columns count from 1; an
 *   answer has at most `MOST_CELLS` cells.
 * - `PUT /api/label/sheets/<id>` with a `LabelChange`: the new `SheetLabel`; 409 with the current
 *   `SheetLabel` if `version` is not the current one; 422 with `LabelRefusal`, and nothing is kept.
 *   503 if it cannot be written now: the page sends it again.
 * - `POST /api/label/training` with a `TrainingRequest`: `TrainingState`.
 *
 * An id goes through `encodeURIComponent`.
 */

import type { ProposalSource } from "../dataset/labelling/proposed-table.ts";
import type { FineTuning } from "../evaluation/fine-tuning.ts";

/** `empty`: somebody looked, and there is no table. `skipped`: left out of everything. */
export type SheetState = "open" | "labelled" | "empty" | "skipped";

export type Confidence = "high" | "medium" | "low";

/** The name of the sheet that stands for all those of a workbook that cannot be read. It takes no label. */
export const UNKNOWN_SHEET = "";

/** The most characters of a note. */
export const MOST_NOTE = 10_000;

/** The most cells of one `CellBlock`. */
export const MOST_CELLS = 20_000;

export interface ProposedTable {
  /** `A1:F20`. */
  readonly range: string;
  /** 0 … 1; null if the source gives none. */
  readonly score: number | null;
  readonly source: ProposalSource;
}

/** A sheet in the list. */
export interface SheetRow {
  readonly id: string;
  /** Path under the folder of the workbooks, with forward slashes. */
  readonly workbook: string;
  readonly sheet: string;
  readonly state: SheetState;
  /** How many tables its label has; of an open sheet, how many are proposed. */
  readonly tables: number;
  readonly confidence: Confidence | null;
  readonly note: string;
  /** 0 … 1: the sheet whose label teaches most has the largest; null while nothing is proposed yet. */
  readonly doubt: number | null;
  /** Sheets with the same text are filled in the same form; "" while that is unknown. */
  readonly template: string;
  /** What is wrong with the workbook or its sheet: gone, unreadable, changed. */
  readonly problem: string | null;
  /** Names the state of the label, also after a restart; what `LabelChange` has to name. No order. */
  readonly version: number;
  /** Whether Excel hides the sheet. */
  readonly hidden: boolean;
}

export interface LabelList {
  /** The folder of the workbooks, absolute. */
  readonly folder: string;
  /** The file of the labels, absolute. */
  readonly output: string;
  readonly total: number;
  /** Sheets whose tables were proposed so far, and those for which nothing can be proposed. */
  readonly looked: number;
  /** Ids of all sheets, what teaches most first. */
  readonly order: readonly string[];
  /** In the order of the workbooks and their tabs. */
  readonly sheets: readonly SheetRow[];
  readonly training: TrainingState | null;
}

export interface SheetLabel {
  readonly id: string;
  readonly version: number;
  readonly state: SheetState;
  /** Ranges, in the order of the line. Empty for an open sheet: what may stand there is in `proposals`. */
  readonly tables: readonly string[];
  readonly confidence: Confidence | null;
  readonly note: string;
  /** Who made the label last; null if unknown. */
  readonly by: string | null;
  /** When, ISO 8601; null if unknown. */
  readonly at: string | null;
  /** In reading order; empty while nothing is proposed yet. */
  readonly proposals: readonly ProposedTable[];
  readonly problem: string | null;
}

/** How a sheet is laid out. All sizes are CSS pixels at 100 %. */
export interface SheetLayout {
  /** The last row and column with content, and some more so that there is room around it. */
  readonly rows: number;
  readonly cols: number;
  /** Runs of columns as pairs: how many, and their width; 0 for hidden ones. `[3, 64, 1, 0]`. */
  readonly widths: readonly number[];
  /** Runs of rows as pairs: how many, and their height; 0 for hidden ones. */
  readonly heights: readonly number[];
  /** `A1:C1`. */
  readonly merges: readonly string[];
  /** How many rows and columns stay in view. */
  readonly frozen: { readonly rows: number; readonly cols: number };
  /** True: the sheet has more than is read of it. */
  readonly truncated: boolean;
}

export type OpenedSheet = SheetLabel & { readonly layout: SheetLayout };

export interface CellBlock {
  /** Of the first cell, from 1. */
  readonly top: number;
  readonly left: number;
  /** Row-major; null for a cell without text and look. */
  readonly cells: readonly (readonly (CellLook | null)[])[];
}

/** How Excel shows a cell. What is missing is Excel's default. */
export interface CellLook {
  readonly text: string;
  readonly align?: "left" | "center" | "right";
  readonly bold?: true;
  readonly italic?: true;
  /** Points; missing for 11, the size of Excel's default font. */
  readonly size?: number;
  /** `#rrggbb`. */
  readonly color?: string;
  readonly fill?: string;
  /** Bits: 1 top, 2 right, 4 bottom, 8 left. */
  readonly border?: number;
  readonly wrap?: true;
}

/** A change to a label. */
export interface LabelChange {
  /** The version that the change starts from. */
  readonly version: number;
  /** `open` takes the label back: the sheet's line is removed, or set back to what a program proposed. */
  readonly state: SheetState;
  readonly tables: readonly string[];
  readonly confidence: Confidence | null;
  readonly note: string;
}

/** Why a change was refused. */
export interface LabelRefusal {
  readonly error: string;
  /** One sentence per problem. */
  readonly problems: readonly string[];
}

export interface LabelEvents {
  /** Rows that changed, and the order of all. A row whose id is not in the order is gone. */
  readonly list: {
    readonly sheets: readonly SheetRow[];
    readonly looked: number;
    readonly order: readonly string[];
  };
  readonly training: TrainingState;
}

export interface TrainingRequest {
  readonly action: "start" | "stop";
  /** Parts of a cross-validation. */
  readonly folds?: number;
}

export interface TrainingState {
  readonly state: "idle" | "running" | "done" | "failed";
  /** The last line that the training said, or why it failed. */
  readonly message: string;
  /** The run's folder; null before it is known. */
  readonly run: string | null;
  readonly epoch: number | null;
  readonly epochs: number | null;
  readonly rows: readonly {
    readonly epoch: number;
    readonly f1: number | null;
    readonly loss: number | null;
  }[];
  /** What `fine-tuning.json` of the run says. */
  readonly result: FineTuning | null;
}
