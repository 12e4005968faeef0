/** One run that is looked at: its files, read once and followed from there. */

import { basename, join } from "node:path";
import { RUN_FILES } from "../base/run-folder-names.ts";
import { type ConsolePiece, readConsole } from "./console-text.ts";
import { axisValues, type EpochSizes } from "./curve-axis.ts";
import { HistoryFile } from "./history-file.ts";
import { MetricColumns } from "./metric-columns.ts";
import { readRunDetails } from "./read-run-details.ts";
import { readRunRecord } from "./read-run-record.ts";
import { readRunRow } from "./read-run-row.ts";
import { reduceCurve } from "./reduce-curve.ts";
import type { Curve, CurveAxis, EpochSheets, Histograms, RunDetails, RunRow } from "./run-data.ts";
import { RunSet } from "./run-set.ts";
import { readHistograms } from "./shown-histograms.ts";
import { readEpochSheets } from "./shown-sheets.ts";
import { smoothed } from "./smooth.ts";

/** What `OpenRun.curves` returns. */
export interface CurveRequest {
  /** Null: all metrics of the run. */
  readonly names: readonly string[] | null;
  readonly axis: CurveAxis;
  /** The least and the largest position on the axis. */
  readonly from: number;
  readonly to: number;
  /** At least 1. Up to twice as many rows are returned as they are. */
  readonly buckets: number;
  /** The weight of the past in the average, 0 to below 1. */
  readonly smooth: number;
}

/** The default of `evaluation.eob_threshold`, for a run whose configuration is missing. */
const EOB_THRESHOLD = 2;

/**
 * Reads a run's folder. Every method first reads what is new in the files that it needs, so its answer is as
 * new as the files. Missing and damaged files give empty answers.
 */
export class OpenRun {
  /** The run's folder. */
  readonly path: string;
  readonly id: string;
  readonly #metrics: MetricColumns;
  readonly #history: HistoryFile;

  /** @param id What the run is called in its row. @default the folder's name */
  constructor(path: string, id: string = basename(path)) {
    this.path = path;
    this.id = id;
    this.#metrics = new MetricColumns(join(path, RUN_FILES.metrics));
    this.#history = new HistoryFile(join(path, RUN_FILES.history));
  }

  /** Bytes of metrics in memory, about. */
  get bytes(): number {
    return this.#metrics.bytes;
  }

  row(): RunRow {
    return readRunRow(this.path, this.id);
  }

  async details(): Promise<RunDetails> {
    await Promise.all([update(this.#metrics), update(this.#history)]);
    return readRunDetails(this.row(), this.path, this.#metrics, this.#history);
  }

  /** The metrics as they are on the disk now. */
  async metrics(): Promise<MetricColumns> {
    await update(this.#metrics);
    return this.#metrics;
  }

  /** Where each row stands on an axis. The array is valid until the next call of a method. */
  async positions(axis: CurveAxis): Promise<Float64Array> {
    return axisValues(await this.metrics(), axis, this.#sizes(axis));
  }

  /** By name of the metric. Metrics that the run lacks are left out. */
  async curves({ names, axis, smooth, ...window }: CurveRequest): Promise<Record<string, Curve>> {
    const positions = await this.positions(axis);
    const metrics = this.#metrics;
    const curves = (names ?? metrics.names).flatMap((name): [string, Curve][] => {
      const column = metrics.column(name);
      if (column === null) return [];
      const { rows } = column;
      const xs = rows.length === positions.length ? positions : rows.map((row) => positions[row]!);
      const values = smooth > 0 ? smoothed(column.values, smooth) : column.values;
      return [[name, reduceCurve(xs, values, window)]];
    });
    return Object.fromEntries(curves);
  }

  async histograms(name: string): Promise<Histograms> {
    await update(this.#history);
    return readHistograms(this.#history, name);
  }

  /** @returns null if the epoch has none. */
  async sheets(epoch: number): Promise<EpochSheets | null> {
    await update(this.#history);
    const { "evaluation.eob_threshold": threshold } = this.row().settings;
    return readEpochSheets(this.#history, epoch, typeof threshold === "number" ? threshold : EOB_THRESHOLD);
  }

  console(from: number): ConsolePiece {
    return readConsole(join(this.path, RUN_FILES.outputLog), from);
  }

  #sizes(axis: CurveAxis): EpochSizes {
    if (axis === "step" || axis === "time") {
      return { stepsPerEpoch: null, sheetsPerEpoch: null, sheetsPerStep: null };
    }
    const { record } = readRunRecord(this.path);
    const { stepsPerEpoch = null, sheetsPerEpoch = null } = record?.facts ?? {};
    const { settings } = this.row();
    const { "training.batch_size": batch, "training.gradient_accumulation_steps": micro } = settings;
    const isKnown = typeof batch === "number" && typeof micro === "number";
    return { stepsPerEpoch, sheetsPerEpoch, sheetsPerStep: isKnown ? batch * micro : null };
  }
}

/**
 * Opens runs, in their order, and all runs of folders of runs. Those whose folders have the same name get
 * ids that differ, as in `RunSet`.
 */
export function openRuns(folders: readonly string[]): OpenRun[] {
  return [...new RunSet(folders).paths()].map(([id, path]) => new OpenRun(path, id));
}

/** A file that cannot be read, or goes while it is read, is as good as missing. */
async function update(file: MetricColumns | HistoryFile): Promise<void> {
  try {
    await file.update();
  } catch {
    // The next reading tries again.
  }
}
