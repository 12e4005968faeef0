/**
 * What the page and the server of `bun run view` say to each other: types and constants alone, so that the
 * browser can load it. The server answers with JSON; an error is an `ApiError` with the status 4xx or 5xx.
 *
 * The page's first file is `page/main.tsx`. `page-bundle.ts` makes one script and one style of it, which the
 * server hands out as `/assets/page.js` and `/assets/page.css`. Any address outside of `/api/` and `/assets/`
 * is the page, whose program fills the element `#app`.
 */

import type { Curve, RunRow } from "../runs/run-data.ts";

export type {
  Curve,
  CurveAxis,
  EpochSheets,
  Histograms,
  RunDetails,
  RunRow,
  RunStanding,
  ShownSheet,
} from "../runs/run-data.ts";

/** The addresses. A run's id goes through `encodeURIComponent`. */
export const PATHS = {
  /** GET: `RunList`. */
  runs: "/api/runs",
  /** GET, text/event-stream: `RunEvents`, each event's data as JSON. */
  events: "/api/events",
  /** GET: `RunDetails`. DELETE: moves the run into `.trash/` beside it, `Done`. */
  run: (id: string) => `/api/runs/${encodeURIComponent(id)}`,
  /**
   * GET: `Curves`. The parameters, all of them optional:
   *
   * - `names`: metrics, joined by commas; or `name`, repeated, for a name with a comma in it. Default: all.
   * - `x`: a `CurveAxis`. Default: step.
   * - `from`, `to`: the least and the largest x. Default: all.
   * - `buckets`: up to twice as many rows are returned as they are; more are reduced to this many buckets.
   *   Default: 500.
   * - `smooth`: the weight of the past in an exponential moving average over all rows, 0 (none) to below 1,
   *   corrected for its start as in Adam. Default: 0.
   */
  curves: (id: string) => `/api/runs/${encodeURIComponent(id)}/curves`,
  /** GET `?name=gradients/…`: `Histograms`. */
  histograms: (id: string) => `/api/runs/${encodeURIComponent(id)}/histograms`,
  /** GET `?epoch=N`: `EpochSheets`. */
  sheets: (id: string) => `/api/runs/${encodeURIComponent(id)}/sheets`,
  /** GET `?from=<byte>`: `ConsoleText`. */
  console: (id: string) => `/api/runs/${encodeURIComponent(id)}/console`,
  /** PUT `Remarks`: `RunRow`. */
  remarks: (id: string) => `/api/runs/${encodeURIComponent(id)}/remarks`,
  /** POST `ControlRequest`: `Done`. 409 if nothing trains in the run's folder. */
  control: (id: string) => `/api/runs/${encodeURIComponent(id)}/control`,
} as const;

export interface RunList {
  /** The folder of all runs, absolute. */
  readonly folder: string;
  /** The newest first. */
  readonly runs: readonly RunRow[];
}

/** By name of the metric; a metric that the run lacks is missing. */
export type Curves = Readonly<Record<string, Curve>>;

export interface ConsoleText {
  /**
   * What `output.log` holds from byte `from` on, whole lines or, at the end, the part so far; at most 1 MB.
   */
  readonly text: string;
  /** The byte to ask for next. */
  readonly next: number;
  /** True: `output.log` has more already. */
  readonly more: boolean;
}

/** What people say about a run; kept as `remarks.json` in its folder. */
export interface Remarks {
  readonly tags: readonly string[];
  readonly notes: string;
}

export interface ControlRequest {
  /** Save a checkpoint now, or stop after the epoch under way. */
  readonly action: "checkpoint" | "stop";
}

export interface Done {
  readonly done: true;
}

export interface ApiError {
  /** A sentence for people. */
  readonly error: string;
}

/**
 * What `PATHS.events` sends, by the name of the event. Connect first, and again after an error, and then ask
 * for `PATHS.runs`: so no change is missed.
 */
export interface RunEvents {
  /** A run that is new or has changed. */
  readonly run: RunRow;
  /** A run that trains has more rows. */
  readonly rows: { readonly id: string; readonly rows: number };
  /** The id of a run whose folder is gone. */
  readonly gone: string;
}
