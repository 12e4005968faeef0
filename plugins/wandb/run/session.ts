/**
 * Logs a run while one process trains it: turns the run's events into records of its log and starts the
 * upload.
 */

import { join } from "node:path";
import {
  type Artifact,
  artifactName,
  bestSummary,
  commandLine,
  type HookEvents,
  METRIC_PREFIXES,
  type PluginRun,
} from "../../../core/plugin.ts";
import { ApiKey } from "../access/api-key.ts";
import { type EarlierLogs, type EarlierRow, readEarlierLogs } from "../log/earlier-logs.ts";
import { histogramOf } from "../log/histogram.ts";
import { LogWriter } from "../log/log-writer.ts";
import { SteadyClock } from "../log/steady-clock.ts";
import { drawSheet } from "../media/draw-sheet.ts";
import { saveImage } from "../media/image-value.ts";
import { environmentRecord } from "../system/environment.ts";
import { type Gpu, listGpus } from "../system/nvidia-smi.ts";
import { SystemSampler } from "../system/sampler.ts";
import type { Upload } from "../upload/start-upload.ts";
import { acceptableNames, changedNames } from "./artifact-names.ts";
import { stageArtifact } from "./artifact-record.ts";
import { loggedConfig } from "./logged-config.ts";
import { randomId } from "./random-id.ts";
import { ReadableFiles } from "./readable-files.ts";
import { RowMedia } from "./row-media.ts";
import { createRunDirectory, type RunDirectory } from "./run-directory.ts";
import { RunLog } from "./run-log.ts";
import type { Settings, WandbOptions } from "./settings.ts";
import { copyRowFiles } from "./shared-rows.ts";
import { Voice } from "./voice.ts";

/** The name in the summary under which a run that ended early has its reasons. */
const STOP_REASON = "stop_reason";

type Event<Name extends keyof HookEvents> = Readonly<HookEvents[Name]>;

/** The exit code by which W&B tells how a run ended. It shows a run whose log has no end as crashed. */
const EXIT_CODES = { finished: 0, stopped: 0, interrupted: 130, failed: 1 } as const;

/**
 * The logging of a run by one process; a process that resumes the run has a session of its own.
 *
 * The life cycle: the constructor creates the log and its folder, writes what is known of the run, and
 * starts to sample the machine's load. `goOnline` starts the upload, which follows the log in a thread of
 * its own. Then the methods take the events of the run that have their names; each writes its records before
 * it returns. `onRunEnd` stops the sampling, writes the end of the log, closes it and waits for the upload.
 * After that, nothing is left open.
 *
 * A session that never gets `onRunEnd` because its process was killed leaves a log without an end, which can
 * be uploaded and which a resumed run reads.
 */
export class Session {
  readonly #run: PluginRun;
  readonly #settings: Settings;
  readonly #options: WandbOptions;
  readonly #voice: Voice;
  readonly #media = new RowMedia();
  readonly #earlier: EarlierLogs;
  readonly #directory: RunDirectory;
  readonly #files: ReadableFiles;
  readonly #log: RunLog;
  readonly #sampler: SystemSampler;
  /** What feeds the log besides the run's events: the sampler, the console. */
  readonly #sources = new DisposableStack();
  #upload: Upload | null = null;
  #artifacts = 0;
  #isEpochsLastRow = false;
  /** Step and epoch of the last row. */
  #last = { step: 0, epoch: 0 };

  /** @throws The system's error if the log cannot be created. */
  constructor(run: PluginRun, settings: Settings, options: WandbOptions, facts: Event<"onRunStart">) {
    this.#run = run;
    this.#settings = settings;
    this.#options = options;
    this.#voice = new Voice(run.console, settings.silent);
    const { parent } = settings;
    this.#earlier = parent
      ? readEarlierLogs(run.folder, parent.runId, { until: parent.step })
      : readEarlierLogs(run.folder, settings.runId);
    for (const note of this.#earlier.notes) this.#voice.warn(note);

    const mode = settings.mode === "online" ? "online" : "offline";
    const { runId } = settings;
    this.#directory = createRunDirectory(run.folder, { mode, runId, startedAt: run.startedAt });
    this.#files = new ReadableFiles(this.#directory.files, this.#voice);
    const writer = LogWriter.create(this.#directory.log, this.#voice.diskEvents(this.#directory.log));
    const clock = new SteadyClock();
    this.#log = new RunLog(writer, run.startedAt, this.#earlier, clock);
    this.#begin(facts);
    if (parent) {
      const onRow = (row: EarlierRow) => this.#logShared(row);
      readEarlierLogs(run.folder, parent.runId, { until: parent.step, onRow });
    }
    const onSample = (readings: Readonly<Record<string, number>>, at: number) =>
      this.#log.stats(readings, at);
    this.#sampler = new SystemSampler(run.folder, options.system_interval, onSample, clock);
    this.#sources.use(this.#sampler);
    if (options.log_console) {
      this.#sources.defer(run.console.subscribe((line, stream) => this.#log.output(line, stream)));
    }
  }

  /** Starts the upload if the run is online. The code that it needs is loaded only then. */
  async goOnline(): Promise<void> {
    if (this.#settings.mode !== "online") return;
    const request = {
      settings: this.#settings,
      runFolder: this.#run.folder,
      logPath: this.#directory.log,
      print: (text: string) => this.#voice.print(text),
    };
    if (this.#settings.transport === "sdk") {
      const { startSdkUpload } = await import("../sdk/sdk-upload.ts");
      this.#upload = startSdkUpload(request);
    } else {
      const { startUpload } = await import("../upload/start-upload.ts");
      this.#upload = startUpload(request);
    }
  }

  onEpochStart(): void {
    this.#sampler.sampleIfDue();
  }

  onGradStep({ step, gradients }: Event<"onGradStep">): void {
    this.#sampler.sampleIfDue();
    const every = this.#options.watch.log_freq;
    if (every === "never" || step % every !== 0 || this.#isLogged(step)) return;
    for (const [name, gradient] of gradients()) {
      const { histogram, nonFinite } = histogramOf(gradient);
      if (nonFinite > 0) {
        const fate = histogram ? "its histogram counts the others" : "it has no histogram";
        const count = nonFinite === 1 ? "1 value" : `${nonFinite} values`;
        this.#voice.once(
          "gradient",
          `the gradient of ${name} holds ${count} not finite at step ${step}; ${fate}`,
        );
      }
      if (histogram) this.#media.addHistogram(METRIC_PREFIXES.gradients + name, histogram);
    }
  }

  async onValidationEnd({ step, sheets }: Event<"onValidationEnd">): Promise<void> {
    this.#sampler.sampleIfDue();
    if (this.#isLogged(step)) return;
    for (const [index, sheet] of sheets.slice(0, this.#options.log_predictions).entries()) {
      // A number in place of the sheet's name, which is never sent.
      const caption = `sheet ${index + 1}: ${sheet.truth.length} true (green), ${sheet.predicted.length} predicted (red)`;
      try {
        this.#addImage("predictions", step, await drawSheet(sheet), caption);
      } catch (error) {
        this.#voice.failed("the picture of a sheet", error);
      }
    }
  }

  onEpochEnd({ epoch, val, best }: Event<"onEpochEnd">): void {
    this.#isEpochsLastRow = true;
    if (!best || !val) return;
    this.#setSummary(bestSummary(epoch, val));
  }

  /** Writes the row of a step. Its images have come by now: `HookEvents` states the order. */
  onLog({ step, epoch, row }: Event<"onLog">): void {
    this.#last = { step, epoch };
    const values = this.#media.completeRow(row);
    if (this.#isLogged(step)) return;
    for (const [name, value] of Object.entries(row)) {
      if (!Number.isFinite(value)) {
        this.#voice.once(`metric ${name}`, `${name} is ${value} at step ${step}; it is logged as "${value}"`);
      }
    }
    this.#log.row(step, values);
    if (!this.#isEpochsLastRow) return;
    this.#isEpochsLastRow = false;
    this.#files.summary(this.#log.summaryJson());
  }

  onImage({ step, name, png, caption }: Event<"onImage">): void {
    if (!this.#isLogged(step)) this.#addImage(name, step, png, caption);
  }

  async onArtifact(artifact: Event<"onArtifact">): Promise<void> {
    const { step, epoch } = artifact;
    await this.#logArtifact(artifact, { epoch, step });
  }

  async onCheckpoint({ path, aliases, step, epoch }: Event<"onCheckpoint">): Promise<void> {
    const wanted = this.#options.log_checkpoints;
    if (wanted === "none" || (wanted === "best" && !aliases.includes("best"))) return;
    const name = artifactName(`${this.#run.name}_model`);
    await this.#logArtifact({ name, type: "model", files: [path], aliases }, { epoch, step });
  }

  /** Writes the end of the log and closes it, then waits until the upload is through or has given up. */
  async onRunEnd({ status, reason, summary }: Event<"onRunEnd">): Promise<void> {
    if (this.#media.hasImages) this.#writeLeftovers();
    this.#setSummary(summary);
    // The null replaces the reason why an earlier process of the run had stopped.
    if (reason !== undefined || this.#earlier.summary.has(STOP_REASON)) {
      this.#log.summary({ [STOP_REASON]: reason ?? null });
    }
    this.#sources.dispose();
    const exitCode = EXIT_CODES[status];
    const isWhole = this.#log.end(exitCode);
    if (!isWhole) {
      this.#voice.warn(`the end of the run is missing in ${this.#directory.log}: the disk did not take it`);
    }
    this.#files.summary(this.#log.summaryJson());
    if (this.#upload) await this.#upload.finish(exitCode, isWhole);
    else {
      const what = isWhole ? "the run's log is complete; to upload it" : "to upload what the log has";
      this.#voice.line(`${what}: ${commandLine("sync", this.#run.folder)}`);
    }
  }

  /** What a process that resumes the run needs. Everything else stands in the logs. */
  saveState(): { run_id: string } {
    return { run_id: this.#settings.runId };
  }

  #begin(facts: Event<"onRunStart">): void {
    const { folder, startedAt } = this.#run;
    const writerId = randomId(32);
    const secret = process.env.WANDB_API_KEY?.trim(); // as it is used: an argument may hold it without blanks
    const key = secret ? new ApiKey(secret) : this.#settings.apiKey;
    const argv = process.argv.map((argument) => key?.hideIn(argument) ?? argument);
    const environmentWith = (gpus: readonly Gpu[]) =>
      environmentRecord({ startedAt, folder, argv, env: process.env, writerId, gpus });
    const environment = environmentWith([]);
    const config = loggedConfig(this.#run.config, facts, this.#settings.parent);
    const watches = this.#options.watch.log_freq !== "never";
    // The logs of earlier processes may lie on another machine.
    const firstStep = Math.max(this.#earlier.lastStep, this.#run.resumed?.step ?? 0) + 1;
    this.#log.begin({ settings: this.#settings, config, environment, watches, firstStep });
    this.#files.config(config);
    this.#files.summary(this.#log.summaryJson());
    this.#files.metadata(environment);
    // The driver's tool takes a second or two. Training does not wait for it.
    void listGpus().then((gpus) => {
      if (gpus.length === 0 || !this.#log.isOpen) return;
      const complete = environmentWith(gpus);
      this.#log.environment(complete);
      this.#files.metadata(complete);
    });
  }

  #logShared(row: EarlierRow): void {
    for (const path of copyRowFiles(row, this.#directory.files)) this.#log.media(path);
    this.#log.sharedRow(row);
  }

  /** True for a step whose row stands in an earlier log of this run. */
  #isLogged(step: number): boolean {
    return step <= this.#earlier.lastStep;
  }

  /** Gives images that came after the last row a row of their own, one step later. */
  #writeLeftovers(): void {
    this.#media.dropHistograms();
    const { step, epoch } = this.#last;
    const values = this.#media.completeRow({}).set("epoch", epoch).set("global_step", step);
    this.#log.row(Math.max(step, this.#earlier.lastStep) + 1, values);
  }

  #addImage(name: string, step: number, png: Uint8Array, caption: string): void {
    this.#voice.attempt(`the image ${name}`, () => {
      const image = saveImage(this.#directory.files, { name, step, png, caption });
      this.#log.media(image.path);
      this.#media.addImage(name, image);
    });
  }

  async #logArtifact(given: Artifact, moment: { epoch: number; step: number }): Promise<void> {
    const artifact = acceptableNames(given);
    const changes = changedNames(given, artifact);
    if (changes) {
      this.#voice.once(`artifact ${given.name}`, `the artifact ${given.name}: ${changes}, as W&B demands`);
    }
    const folder = join(this.#directory.artifacts, String(++this.#artifacts).padStart(4, "0"));
    const { runId, project, entity } = this.#settings;
    try {
      const record = await stageArtifact(artifact, folder, { runId, project, entity: entity ?? "" }, moment);
      this.#log.artifact(record);
    } catch (error) {
      this.#voice.warn(`the artifact ${given.name} is not logged: ${(error as Error).message}`);
    }
  }

  /** A null means that there was nothing to measure; it replaces the value of an earlier epoch. */
  #setSummary(values: Readonly<Record<string, number | null | undefined>>): void {
    const known = Object.entries(values).filter(([, value]) => value !== undefined);
    if (known.length > 0) this.#log.summary(Object.fromEntries(known));
  }
}
