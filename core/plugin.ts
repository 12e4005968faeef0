/** The one public surface for plugin authors: everything that a plugin file imports comes from here. */

export { artifactName } from "./base/artifact-name.ts";
export { commandLine } from "./base/command-line.ts";
export { fittingTable, type TableColumn } from "./base/fitting-table.ts";
export { type BinCounts, binEdges, countInBins } from "./base/histogram.ts";
export {
  type HistogramRecord,
  type HistoryHead,
  type HistoryKind,
  type HistoryRecords,
  historyHead,
  historyLine,
  type PredictionsRecord,
  type RecordedSheet,
  type SheetsRecord,
} from "./base/history-line.ts";
export type { Json } from "./base/json.ts";
export type { Metrics } from "./base/metrics.ts";
export { formatMetric } from "./base/metrics.ts";
export { nearest } from "./base/nearest.ts";
export type { PredictedTable } from "./base/predicted-table.ts";
export { type ExitCode, type Problem, UserError } from "./base/problem.ts";
export { runsFolder } from "./base/project-root.ts";
export { formatRange } from "./base/range.ts";
export {
  BEST_CHECKPOINT,
  epochOfCheckpoint,
  LAST_CHECKPOINT,
  periodicCheckpoint,
  periodicCheckpoints,
  RUN_FILES,
} from "./base/run-folder-names.ts";
export { encodeRuns } from "./base/run-length.ts";
export { RUN_RECORD_VERSION, type RunRecord, type RunStart } from "./base/run-record.ts";
export { svgToPng } from "./base/svg-png.ts";
export { formatDuration, progressBar, table } from "./base/text-layout.ts";
export type { Config } from "./config/config.ts";
export type { Field, OptionsOf } from "./config/field.ts";
export { boolean, choice, group, integer, list, number, text } from "./config/field.ts";
export { runMain } from "./console/command.ts";
export type { RunConsole } from "./console/console.ts";
export { FILL_COLORS, type FillRun, fillRuns } from "./features/fill-runs.ts";
export { acquireFolderLock, type FolderLock } from "./files/folder-lock.ts";
export { writeFileAtomic } from "./files/write-atomic.ts";
export type {
  Artifact,
  HookEvents,
  HookName,
  Hooks,
  LabelledSheet,
  Moment,
  RunFacts,
  RunStatus,
  SheetPrediction,
  StepControl,
  StopRequest,
} from "./hooks/lifecycle.ts";
export {
  AXES,
  bestSummary,
  GRADIENT_NORMS,
  METRIC_PREFIXES,
  SYSTEM_METRICS,
} from "./hooks/metric-names.ts";
export { definePlugin, type Plugin, type PluginRun } from "./hooks/plugin.ts";
export { SURFACE_VERSION } from "./hooks/surface-version.ts";
