/** Trains on the labels of the workbench, as a program of its own, and says how far it is. */

import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isRecord } from "../base/plain-object.ts";
import { UserError } from "../base/problem.ts";
import { cacheFolder, PROJECT_ROOT, runsFolder } from "../base/project-root.ts";
import type { FineTuning } from "../evaluation/fine-tuning.ts";
import { isFolder } from "../files/file-state.ts";
import { type OpenRun, openRuns } from "../runs/open-run.ts";
import type { TrainingState } from "./label-messages.ts";
import type { LabelPlace } from "./label-place.ts";

/** From one look at the run to the next, ms. */
const LOOK_MS = 1_000;
/** The file that a fine-tuning leaves in its run folder. */
const RESULT = "fine-tuning.json";
/** The configuration for few sheets, in the folder of all configurations. */
const CONFIG = "finetune.yaml";
/** The last characters of the output that are kept. */
const MOST_OUTPUT = 20_000;
/** The lines of an error that are shown. */
const MOST_LINES = 8;

export interface FineTuningOptions {
  readonly place: LabelPlace;
  /** The words of the program. @param root `data.root`. @param name `data.dataset_names`. */
  readonly command?: (root: string, name: string, folds: number | null) => readonly string[];
  /** The folder of all runs. @default that of the project */
  readonly runs?: string;
  readonly onChange: (state: TrainingState) => void;
}

const IDLE: TrainingState = {
  state: "idle",
  message: "",
  run: null,
  epoch: null,
  epochs: null,
  rows: [],
  result: null,
};

/** Life cycle: `start` begins a training; disposal asks the one under way to save its state and to end. */
export class FineTuningRunner implements Disposable {
  readonly #options: FineTuningOptions;
  #state = IDLE;
  #child: ChildProcess | null = null;
  /** What the training has printed, and the part of it on standard error. */
  #output = "";
  #errors = "";
  #isStopping = false;

  constructor(options: FineTuningOptions) {
    this.#options = options;
  }

  get state(): TrainingState {
    return this.#state;
  }

  /** @throws {UserError} If one trains already, or the labels cannot be read by a training. */
  start(folds: number | null): TrainingState {
    if (this.#child !== null) throw new UserError({ message: "A training is under way: stop it first" });
    const { place, command = trainCommand, runs = runsFolder() } = this.#options;
    const { root, name } = datasetOf(place);
    const before = new Set(runsIn(runs).map(({ path }) => path));
    const [program, ...words] = command(root, name, folds);
    this.#output = "";
    this.#errors = "";
    this.#isStopping = false;
    const child = spawn(program!, words, { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    const take = (text: string) => {
      this.#output = (this.#output + text).slice(-MOST_OUTPUT);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      take(text);
      this.#errors = (this.#errors + text).slice(-MOST_OUTPUT);
    });
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      await this.#look(runs, root, before).catch(() => {}); // a file that is being written
      isLooking = false;
    };
    const timer = setInterval(() => void look(), LOOK_MS);
    const end = async (message: string, isDone: boolean) => {
      if (this.#child !== child) return;
      clearInterval(timer);
      await this.#look(runs, root, before).catch(() => {});
      this.#child = null;
      this.#set({ state: isDone ? "done" : "failed", message });
    };
    child.on("error", (error) => void end(`The training did not start: ${error.message}`, false));
    child.on("close", (code, signal) => {
      if (child.pid === undefined) return void end("The training did not start.", false);
      const isDone = code === 0;
      const isStopped = code === 130 || signal === "SIGINT";
      const why = isStopped
        ? "Stopped."
        : `The training failed: ${lastProblem(this.#errors || this.#output)}`;
      void end(isDone ? lastLine(this.#output) : why, isDone);
    });
    this.#state = IDLE;
    this.#set({ state: "running", message: "The training starts." });
    return this.#state;
  }

  /** Asks the training to save its state and to end. */
  stop(): TrainingState {
    if (this.#child === null || this.#isStopping) return this.#state;
    // A second signal would end the training at once, without its state.
    this.#isStopping = true;
    this.#child.kill("SIGINT");
    this.#set({ message: "The training stops after the step under way." });
    return this.#state;
  }

  [Symbol.dispose](): void {
    if (!this.#isStopping) this.#child?.kill("SIGINT");
  }

  /** Reads the newest run that this training has written. */
  async #look(runs: string, root: string, before: ReadonlySet<string>): Promise<void> {
    const own = runsIn(runs)
      .filter(({ path }) => !before.has(path))
      .filter((run) => run.row().settings["data.root"] === root)
      .sort((a, b) => ((a.row().started ?? "") < (b.row().started ?? "") ? 1 : -1));
    const run = own[0];
    const message = lastLine(this.#output) || this.#state.message;
    if (run === undefined) {
      if (message !== this.#state.message) this.#set({ message });
      return;
    }
    const row = run.row();
    const curves = await run.curves({ ...EPOCHS, names: ["val/f1", "train/loss"] });
    const [f1, loss] = [curves["val/f1"], curves["train/loss"]];
    const epochs = [...new Set([...(f1?.x ?? []), ...(loss?.x ?? [])])].sort((a, b) => a - b);
    const at = (curve: typeof f1, epoch: number) => curve?.last[curve.x.indexOf(epoch)] ?? null;
    const result = own.map(({ path }) => readResult(path)).find((found) => found !== null) ?? null;
    this.#set({
      message,
      run: run.path,
      epoch: row.epochs,
      epochs: row.maxEpochs,
      rows: epochs.map((epoch) => ({ epoch, f1: at(f1, epoch), loss: at(loss, epoch) })),
      result,
    });
  }

  #set(change: Partial<TrainingState>): void {
    const next = { ...this.#state, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.#state)) return;
    this.#state = next;
    this.#options.onChange(next);
  }
}

const EPOCHS = {
  axis: "epoch",
  from: Number.NEGATIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
  buckets: 500,
  smooth: 0,
} as const;

function trainCommand(root: string, name: string, folds: number | null): string[] {
  return [
    process.execPath,
    join(PROJECT_ROOT, "core/commands/train.ts"),
    join(PROJECT_ROOT, "configs", CONFIG),
    `--data.root=${root}`,
    `--data.dataset_names=${JSON.stringify([name])}`,
    // What the page shows as open is no label yet.
    "--data.on_proposed_label=skip",
    ...(folds === null ? [] : [`--folds=${folds}`]),
  ];
}

/**
 * The dataset that a training reads. Of a plain folder of workbooks one is made in the project's cache: a
 * link to the folder, and a copy of the labels as they are now.
 *
 * @throws {UserError} If there are no labels, or the link cannot be made.
 */
function datasetOf({ folder, files, output, isDataset }: LabelPlace): { root: string; name: string } {
  if (!existsSync(output)) {
    throw new UserError({ file: output, message: "There is no label yet: label some sheets first" });
  }
  if (isDataset) return { root: dirname(folder), name: basename(folder) };
  const name = basename(folder).replaceAll(/[^\p{L}\p{N} ._-]/gu, "_") || "workbooks";
  const hash = new Bun.CryptoHasher("sha256").update(JSON.stringify([files, output])).digest("hex");
  const root = join(cacheFolder(), "labelled", hash.slice(0, 12));
  const made = join(root, name);
  try {
    mkdirSync(join(made, "annotations"), { recursive: true });
    copyFileSync(output, join(made, "annotations", "annotations.jsonl"));
    rmSync(join(made, "files"), { force: true });
    symlinkSync(files, join(made, "files"), "junction");
  } catch (cause) {
    const message = "Cannot make a dataset of the folder";
    const fix = "put the workbooks into files/ and the labels into annotations/ of a folder of their own";
    throw new UserError({ file: made, message, got: (cause as Error).message, fix }, { cause });
  }
  return { root, name };
}

/** None before the first training has made the folder. */
function runsIn(folder: string): OpenRun[] {
  if (!isFolder(folder)) return [];
  return openRuns([folder]);
}

function readResult(run: string): FineTuning | null {
  const path = join(run, RESULT);
  if (!existsSync(path)) return null;
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    const isResult = isRecord(value) && isRecord(value.before) && isRecord(value.after);
    return isResult && Array.isArray(value.sheets) ? (value as unknown as FineTuning) : null;
  } catch {
    return null; // it is being written
  }
}

function lastLine(output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return (lines.at(-1) ?? "").trim().slice(0, 500);
}

/** The last line that is not indented, with the indented ones behind it: an error says there what to do. */
function lastProblem(output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  const first = lines.findLastIndex((line) => !line.startsWith(" "));
  const own = lines.slice(Math.max(0, first)).slice(0, MOST_LINES);
  return own.map((line) => line.trim().slice(0, 500)).join("\n");
}
