/** The recording of a run by one process: turns the run's events into its files. */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  AXES,
  countInBins,
  type HistogramRecord,
  type HookEvents,
  historyHead,
  historyLine,
  type Json,
  METRIC_PREFIXES,
  type Metrics,
  type PluginRun,
  RUN_FILES,
  RUN_RECORD_VERSION,
  type RunRecord,
  writeFileAtomic,
} from "../../core/plugin.ts";
import { cutBack } from "./cut-back.ts";
import { environment, gitCommit } from "./environment.ts";
import { LineFile } from "./line-file.ts";
import { metricLine, secondsOfLine, stepOfLine } from "./metric-line.ts";
import { predictionsRecord, sheetsRecord } from "./recorded-sheets.ts";

type Event<Name extends keyof HookEvents> = Readonly<HookEvents[Name]>;

interface Options {
  readonly histogram_every_n_steps: number | null;
  readonly max_validation_sheets: number;
}

/** What checkpoints keep: a resumed run goes on from there, whatever its folder says of later steps. */
interface SavedState {
  readonly seconds: number;
  readonly best: RunRecord["best"];
  readonly summary: RunRecord["summary"];
}

/** Numbers of `onRunStart` that the record keeps. */
const FACTS = [
  "trainSheets",
  "sheetsPerEpoch",
  "validationSheets",
  "testSheets",
  "totalParameters",
  "trainableParameters",
  "totalSteps",
  "stepsPerEpoch",
  "maxEpochs",
] as const satisfies readonly (keyof Event<"onRunStart">)[];

/** The least time from one renewal of `run.json` to the next, in ms. */
const RENEWAL_MS = 1000;

/**
 * The life cycle: `onRunStart` cuts the files of an earlier process back to the checkpoint and writes the
 * facts of the run. The methods for its events add lines, each before it returns. `onRunEnd` writes how it
 * ended and closes the files.
 */
export class Recording {
  readonly #run: PluginRun;
  readonly #options: Options;
  readonly #metrics: LineFile;
  readonly #history: LineFile;
  #record: RunRecord | null = null;
  /** Training time of earlier processes, and when this one began to count, in ms. */
  #secondsBefore = 0;
  #startedAt = performance.now();
  #lastStep = 0;
  #hasSheets = false;
  #isEpochsRow = false;
  #isRecordOld = false;
  #isRecordBlocked = false;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(run: PluginRun, options: Options) {
    this.#run = run;
    this.#options = options;
    const path = (name: string) => join(run.folder, name);
    this.#metrics = new LineFile(path(RUN_FILES.metrics), (problem) => this.#warn(problem));
    this.#history = new LineFile(path(RUN_FILES.history), (problem) => this.#warn(problem));
  }

  onRunStart(event: Event<"onRunStart">): void {
    const { resumed, id, name, startedAt, config } = this.#run;
    const earlier = resumed ? this.#readEarlier() : null;
    const state = savedState(this.#run.state);
    if (resumed) this.#cutBack(resumed, state);
    this.#startedAt = performance.now();
    this.#record = {
      version: RUN_RECORD_VERSION,
      id,
      name,
      status: "running",
      reason: null,
      device: event.device,
      config: config as unknown as Json,
      facts: Object.fromEntries(FACTS.map((fact) => [fact, event[fact]])),
      environment: environment(),
      commit: gitCommit(),
      starts: [...(earlier?.starts ?? []), { at: new Date(startedAt).toISOString(), step: event.step }],
      step: event.step,
      epoch: event.epoch,
      seconds: this.#secondsBefore,
      best: state?.best ?? null,
      summary: state?.summary ?? {},
      checkpoints: earlier?.checkpoints ?? {},
    };
    this.#renew();
  }

  onGradStep({ step, epoch, gradients }: Pick<Event<"onGradStep">, "step" | "epoch" | "gradients">): void {
    const every = this.#options.histogram_every_n_steps;
    if (every === null || step % every !== 0) return;
    const names: string[] = [];
    const [min, max, counts]: [number[], number[], (readonly number[])[]] = [[], [], []];
    for (const [name, gradient] of gradients()) {
      const bins = countInBins(gradient);
      if (bins.counts.length === 0) continue;
      names.push(METRIC_PREFIXES.gradients + name);
      min.push(bins.min);
      max.push(bins.max);
      counts.push(bins.counts);
    }
    const record: HistogramRecord = { names, min, max, counts };
    if (names.length > 0) this.#history.append(historyLine("histograms", { step, epoch }, record));
  }

  async onValidationEnd({ step, epoch, sheets }: Event<"onValidationEnd">): Promise<void> {
    const kept = sheets.slice(0, this.#options.max_validation_sheets);
    if (kept.length === 0) return;
    if (!this.#hasSheets) {
      this.#history.append(historyLine("sheets", { step, epoch }, await sheetsRecord(kept, sheets.length)));
      this.#hasSheets = true;
    }
    this.#history.append(historyLine("predictions", { step, epoch }, predictionsRecord(kept)));
  }

  onEpochEnd({ epoch, val, best }: Event<"onEpochEnd">): void {
    this.#isEpochsRow = true;
    this.#change({ epoch, ...(best && val ? { best: { epoch, metrics: finite(val) } } : {}) });
  }

  onLog({ step, row }: Event<"onLog">): void {
    this.#change({ step, summary: { ...this.#record?.summary, ...finite(row) } });
    // A run that is resumed in a validation receives the row of the last step once more.
    if (step > this.#lastStep) this.#metrics.append(metricLine(row, this.#seconds));
    this.#lastStep = Math.max(step, this.#lastStep);
    if (this.#isEpochsRow || (this.#isRecordOld && performance.now() - this.#renewedAt > RENEWAL_MS)) {
      this.#renew();
    }
    this.#isEpochsRow = false;
  }

  onCheckpoint({ path, step, epoch }: Event<"onCheckpoint">): void {
    const checkpoints = { ...this.#record?.checkpoints, [basename(path)]: { step, epoch } };
    this.#change({ checkpoints });
    this.#isRecordOld = true;
  }

  onRunEnd({ status, reason, error }: Event<"onRunEnd">): void {
    this.#change({ status, reason: reason ?? error?.message ?? null });
    this.#renew(true);
    this.#metrics.close();
    this.#history.close();
  }

  saveState(): Json {
    const { best = null, summary = {} } = this.#record ?? {};
    return { seconds: this.#seconds, best, summary } satisfies SavedState as unknown as Json;
  }

  get #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#startedAt) / 1000;
  }

  #change(changes: Partial<RunRecord>): void {
    if (this.#record !== null) this.#record = { ...this.#record, ...changes };
  }

  /** Writes `run.json`. @param isDurable True: it has to survive a crash of the machine too. */
  #renew(isDurable = false): void {
    if (this.#record === null) return;
    this.#change({ seconds: Math.round(this.#seconds * 1000) / 1000 });
    this.#renewedAt = performance.now();
    this.#isRecordOld = false;
    const path = join(this.#run.folder, RUN_FILES.record);
    try {
      writeFileAtomic(path, `${JSON.stringify(this.#record)}\n`, { durable: isDurable });
    } catch (error) {
      if (!this.#isRecordBlocked) this.#warn(`${path} cannot be written: ${(error as Error).message}`);
      this.#isRecordBlocked = true;
    }
  }

  /** The record of the earlier processes; null if there is none that can be read. */
  #readEarlier(): RunRecord | null {
    try {
      return JSON.parse(readFileSync(join(this.#run.folder, RUN_FILES.record), "utf8")) as RunRecord;
    } catch {
      return null;
    }
  }

  #cutBack({ step, epoch }: { step: number; epoch: number }, state: SavedState | null): void {
    const { folder } = this.#run;
    try {
      const isDone = (line: string) => (stepOfLine(line) ?? step + 1) <= step;
      const row = cutBack(join(folder, RUN_FILES.metrics), isDone);
      this.#lastStep = row === null ? 0 : (stepOfLine(row) ?? 0);
      this.#secondsBefore = state?.seconds ?? (row === null ? 0 : (secondsOfLine(row) ?? 0));
      cutBack(join(folder, RUN_FILES.history), (line) => {
        const head = historyHead(line);
        if (head === null) return false;
        return head.kind === "histograms" ? head.step <= step : head.epoch <= epoch;
      });
    } catch (error) {
      this.#warn(`the record of earlier processes cannot be cut back: ${(error as Error).message}`);
    }
  }

  #warn(problem: string): void {
    this.#run.console.warn(`history: ${problem}`);
  }
}

/** The values that are finite numbers, without those of the axes. */
function finite(metrics: Metrics): Record<string, number> {
  const known = Object.entries(metrics).filter(
    (entry): entry is [string, number] =>
      Number.isFinite(entry[1]) && !(AXES as readonly string[]).includes(entry[0]),
  );
  return Object.fromEntries(known);
}

function savedState(state: Json): SavedState | null {
  return state === null ? null : (state as unknown as SavedState);
}
