/** What the page shows, all of it: the state that its address holds. */

import type { CurveAxis } from "../../api.ts";

/** The four views. */
export const VIEWS = ["runs", "curves", "sheets", "details"] as const;
export type View = (typeof VIEWS)[number];

/** The tabs of the details. */
export const TABS = ["overview", "differences", "configuration", "architecture", "console"] as const;
export type Tab = (typeof TABS)[number];

export interface PageState {
  readonly view: View;
  /** The ids of the chosen runs, in the order in which they were chosen: it decides their colours. */
  readonly run: readonly string[];

  /** Runs: words that a run has to have; see `run-filter.ts`. */
  readonly search: string;
  /** Runs: the column that sorts, `-` before it for descending. */
  readonly sort: string;
  /** Runs: the keys of the columns; empty for those that the page chooses. */
  readonly column: readonly string[];
  /** Runs: the key whose values group the runs; empty for none. */
  readonly group: string;

  readonly x: CurveAxis;
  /** The weight of the past, 0 to below 1. */
  readonly smooth: number;
  readonly logx: boolean;
  readonly logy: boolean;
  /** Curves: words that the name of a metric has to have. */
  readonly metric: string;
  /** Curves: the key that makes groups of runs, drawn as a mean with a band; empty for single lines. */
  readonly band: string;
  /** Curves: validation in charts of its own, not beside training. */
  readonly apart: boolean;
  /** Curves: the window on the axis; null for everything. */
  readonly from: number | null;
  readonly to: number | null;
  /** Curves: the chart that fills the page; empty for none. */
  readonly chart: string;
  /** Curves: the sections that are folded. */
  readonly fold: readonly string[];

  /** Sheets: the epoch; null for the newest. */
  readonly epoch: number | null;
  /** Sheets: a kind of mistake, `mistake`, `right` or empty for all. */
  readonly kind: string;
  /** Sheets: `worst` first, or in the order of the `split`. */
  readonly order: string;
  /** Sheets: words that the sheet's name has to have. */
  readonly sheet: string;

  readonly tab: Tab;
  /** Details: the run, if it is not the first chosen one. */
  readonly of: string;
}

export const DEFAULT_STATE: PageState = {
  view: "runs",
  run: [],
  search: "",
  sort: "-started",
  column: [],
  group: "",
  x: "step",
  smooth: 0,
  logx: false,
  logy: false,
  metric: "",
  band: "",
  apart: false,
  from: null,
  to: null,
  chart: "",
  fold: [],
  epoch: null,
  kind: "",
  order: "worst",
  sheet: "",
  tab: "overview",
  of: "",
};
