/**
 * Measures how soon the curves of runs are there in the viewer and in TensorBoard: from the start of the
 * program until it has answered with all of them.
 *
 * usage: bun bench/view-tensorboard.ts [--python python3] [--steps 100000] [--runs 100] [--rounds 3]
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { usageError } from "../core/base/problem.ts";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { RUN_FILES } from "../core/base/run-folder-names.ts";
import { type Curves, PATHS, type RunList } from "../core/view/api.ts";
import { EventFile } from "../plugins/tensorboard/event-file.ts";
import { writeLongRun } from "../tests/support/many-runs.ts";
import { benchArguments, optionNumber, orEnd } from "./bench-arguments.ts";
import { inTurn } from "./in-turn.ts";

const args = benchArguments("view-tensorboard", {
  python: { type: "string", default: "python3", valueHint: "program", description: "It has tensorboard" },
  steps: { type: "string", default: "100000", valueHint: "number", description: "Steps of the long run" },
  runs: { type: "string", default: "100", valueHint: "number", description: "Runs of 1,000 steps" },
  rounds: {
    type: "string",
    default: "3",
    valueHint: "number",
    description: "Turns, the best of which counts",
  },
});
const [STEPS, RUNS, ROUNDS] = (["steps", "runs", "rounds"] as const).map((name) =>
  optionNumber(name, args[name]),
) as [number, number, number];
/** Steps of each of many runs. The last step of an epoch has all metrics. */
const STEPS_OF_MANY = 1000;
/** The first pause before TensorBoard is asked once more whether it has read everything, ms. */
const PAUSE = 50;
/** Each pause is longer, so that the last one is about a twentieth of all: questions cost processor time. */
const GROWTH = 1.05;
/** Ticks of the processor time in /proc per second. */
const TICKS = 100;
const NOTE = "TensorBoard samples 1,000 points per tag; the viewer answers with exact minima and maxima";

/** What a run has of each metric. */
type Expected = ReadonlyMap<string, { readonly rows: number; readonly lastStep: number }>;

interface Contestant {
  readonly name: string;
  readonly command: (folder: string) => readonly string[];
  /** Where it prints its address. */
  readonly prints: "stdout" | "stderr";
  /** The folder of each set of runs that it reads. */
  readonly reads: "runs" | "events";
  /** Asks for all curves, until they are complete. */
  readonly curves: (address: URL, runs: number, expected: Expected) => Promise<void>;
}

interface Cost {
  readonly seconds: number;
  /** Of the program and the programs that it started; null where there is no /proc. */
  readonly processor_seconds: number | null;
}

const tensorboard = (name: string, ...more: string[]): Contestant => ({
  name,
  command: (folder) => [
    ...[args.python, "-m", "tensorboard.main", "--logdir", folder],
    ...["--host", "127.0.0.1", "--port", "0", ...more],
  ],
  prints: "stderr",
  reads: "events",
  curves: tensorboardCurves,
});

const CONTESTANTS: readonly Contestant[] = [
  {
    name: "view",
    command: (folder) => [process.execPath, join(PROJECT_ROOT, "core/commands/view.ts"), folder],
    prints: "stdout",
    reads: "runs",
    curves: viewCurves,
  },
  tensorboard("tensorboard", "--load_fast=false"),
  tensorboard("tensorboard_default"),
];

orEnd(checkPython);
const folder = mkdtempSync(join(tmpdir(), "view-tensorboard-bench-"));
try {
  const result = {
    note: NOTE,
    [`1 run of ${STEPS} steps`]: await compare("long", 1, STEPS),
    [`${RUNS} runs of ${STEPS_OF_MANY} steps`]: await compare("many", RUNS, STEPS_OF_MANY),
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @throws {UserError} Exit code 2. */
function checkPython(): void {
  if (Bun.which(args.python) !== null) {
    const check = Bun.spawnSync([args.python, "-c", "import tensorboard.main"], { stderr: "ignore" });
    if (check.exitCode === 0) return;
  }
  throw usageError({
    where: "--python",
    message: "Cannot start TensorBoard",
    expected: "a Python that has the package tensorboard",
    got: args.python,
    fix: "pip install tensorboard==2.20.0",
  });
}

/** The contestants take turns, so that other programs slow all of them alike; each keeps its best turn. */
async function compare(name: string, runs: number, steps: number): Promise<Record<string, unknown>> {
  const folders = { runs: join(folder, name, "runs"), events: join(folder, name, "events") };
  for (let run = 0; run < runs; run++) writeLongRun(join(folders.runs, `run ${run}`), steps, run);
  const expected = writeEvents(folders);
  const costs = new Map<string, Cost[]>(CONTESTANTS.map((each) => [each.name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const each of CONTESTANTS) {
      costs.get(each.name)!.push(await cost(each, folders[each.reads], runs, expected));
    }
  }
  const best = new Map([...costs].map(([each, turns]) => [each, bestOf(turns)]));
  const view = best.get("view")!;
  const ratios = [...best]
    .filter(([each]) => each !== "view")
    .map(([each, turn]) => [each, ratio(turn, view)]);
  return { ...Object.fromEntries(best), ratio: Object.fromEntries(ratios) };
}

/** Writes the metrics of all runs as event files. @returns What each run has. */
function writeEvents(folders: { readonly runs: string; readonly events: string }): Expected {
  const expected = new Map<string, { rows: number; lastStep: number }>();
  for (const [index, run] of readdirSync(folders.runs).entries()) {
    const now = Date.now();
    const file = EventFile.create(join(folders.events, run), now);
    const lines = readFileSync(join(folders.runs, run, RUN_FILES.metrics), "utf8")
      .trimEnd()
      .split("\n");
    for (const line of lines) {
      const { epoch, global_step: step, _time, ...row } = JSON.parse(line) as Record<string, number>;
      const values = Object.entries(row).map(([tag, value]) => ({ kind: "scalar" as const, tag, value }));
      file.add(now + _time! * 1000, step!, { kind: "values", values });
      for (const { tag } of index === 0 ? values : []) {
        expected.set(tag, { rows: (expected.get(tag)?.rows ?? 0) + 1, lastStep: step! });
      }
    }
    file.close();
  }
  return expected;
}

async function cost(contestant: Contestant, path: string, runs: number, expected: Expected): Promise<Cost> {
  const start = performance.now();
  const child = Bun.spawn({
    cmd: [...contestant.command(path)],
    stdout: contestant.prints === "stdout" ? "pipe" : "ignore",
    stderr: contestant.prints === "stderr" ? "pipe" : "ignore",
  });
  try {
    const address = await printedAddress(child[contestant.prints] as ReadableStream<Uint8Array>);
    await contestant.curves(address, runs, expected);
    const seconds = (performance.now() - start) / 1000;
    return { seconds: rounded(seconds), processor_seconds: processorSeconds(child.pid) };
  } finally {
    child.kill();
    await child.exited;
  }
}

/** The address in what a program prints; the rest is read and dropped. */
async function printedAddress(output: ReadableStream<Uint8Array>): Promise<URL> {
  const found = Promise.withResolvers<URL>();
  const read = async () => {
    let text = "";
    for await (const bytes of output) {
      text += Buffer.from(bytes).toString();
      const address = /http:\/\/127\.0\.0\.1:\d+\/\S*(?=\s)/.exec(text)?.[0];
      if (address !== undefined) found.resolve(new URL(address));
    }
    found.reject(new Error(`the program ended without an address:\n${text}`));
  };
  void read();
  return await found.promise;
}

async function viewCurves(address: URL, runs: number, expected: Expected): Promise<void> {
  const headers = { authorization: `Bearer ${address.searchParams.get("token")}` };
  const ask = <T>(path: string) => answer<T>(new URL(path, address), { headers });
  const list = await ask<RunList>(PATHS.runs);
  if (list.runs.length !== runs) throw new Error(`the viewer lists ${list.runs.length} runs`);
  await inTurn(list.runs, async ({ id }) => {
    const curves = await ask<Curves>(PATHS.curves(id));
    for (const [name, { rows }] of expected) {
      if (curves[name]?.rows !== rows) throw new Error(`the viewer lacks rows of ${name} of ${id}`);
    }
  });
}

async function tensorboardCurves(address: URL, runs: number, expected: Expected): Promise<void> {
  const data = (path: string) => new URL(`/data/plugin/${path}`, address);
  await waitFor(async () => Object.keys(await answer<object>(data("scalars/tags"))).length === runs);
  /** True: the series of this metric reaches to the end of all runs. */
  const isComplete = async (tag: string) => {
    const body = new URLSearchParams({ requests: JSON.stringify([{ plugin: "scalars", tag }]) });
    const [series] = await answer<
      { readonly runToSeries?: Readonly<Record<string, readonly { readonly step: number }[]>> }[]
    >(data("timeseries/timeSeries"), { method: "POST", body });
    const all = Object.values(series?.runToSeries ?? {});
    const { lastStep } = expected.get(tag)!;
    return all.length === runs && all.every((points) => points.at(-1)?.step === lastStep);
  };
  const tags = [...expected.keys()];
  // Runs are listed before they are read to their end. The last metric is the last value of a run.
  await waitFor(() => isComplete(tags.at(-1)!));
  await inTurn(tags, async (tag) => {
    if (!(await isComplete(tag))) throw new Error(`TensorBoard lacks the end of ${tag}`);
  });
}

async function waitFor(isReady: () => Promise<boolean>): Promise<void> {
  for (let pause = PAUSE; !(await isReady()); pause *= GROWTH) await Bun.sleep(pause);
}

async function answer<T>(address: URL, init?: RequestInit): Promise<T> {
  const response = await fetch(address, init);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** Up to now, with the programs that it started: TensorBoard's default loader is one. */
function processorSeconds(pid: number): number | null {
  if (process.platform !== "linux") return null;
  const ofAll = (each: number): number => {
    const stat = readFileSync(`/proc/${each}/stat`, "latin1");
    // The name of the program, in parentheses, may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    const children = readdirSync(`/proc/${each}/task`).flatMap(
      (task) => readFileSync(`/proc/${each}/task/${task}/children`, "latin1").match(/\d+/g) ?? [],
    );
    return children.reduce((sum, child) => sum + ofAll(Number(child)), (user + system) / TICKS);
  };
  return rounded(ofAll(pid));
}

function bestOf(turns: readonly Cost[]): Cost {
  const processor = turns.map((turn) => turn.processor_seconds);
  return {
    seconds: Math.min(...turns.map((turn) => turn.seconds)),
    processor_seconds: processor.includes(null) ? null : Math.min(...(processor as number[])),
  };
}

function ratio(peer: Cost, view: Cost): Cost {
  const [all, part] = [peer.processor_seconds, view.processor_seconds];
  return {
    seconds: rounded(peer.seconds / view.seconds),
    processor_seconds: all === null || part === null ? null : rounded(all / part),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
