/**
 * Measures the viewer over many and long runs, which it makes: what its server answers, and what the record
 * of a run costs the training.
 *
 * usage: bun bench/view.ts [--runs 1000] [--compared 100] [--steps 1000000]
 */

import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream } from "../core/base/random.ts";
import { RunSet } from "../core/runs/run-set.ts";
import { PATHS, type RunList } from "../core/view/api.ts";
import { startViewServer } from "../core/view/view-server.ts";
import { Recording } from "../plugins/history/recording.ts";
import { fakeRun } from "../tests/support/fake-run.ts";
import { writeLongRun } from "../tests/support/many-runs.ts";
import { benchArguments, optionNumber } from "./bench-arguments.ts";
import { inTurn } from "./in-turn.ts";
import { VIEW_RUN_ARGUMENTS, writeListedRuns } from "./view-runs.ts";

const args = benchArguments("view", VIEW_RUN_ARGUMENTS);
const [RUNS, COMPARED, STEPS] = (["runs", "compared", "steps"] as const).map((name) =>
  optionNumber(name, args[name]),
) as [number, number, number];
/** The page asks for so many points of a chart. */
const BUCKETS = 400;

const folder = mkdtempSync(join(tmpdir(), "view-bench-"));
try {
  const many = writeListedRuns(join(folder, "many"), RUNS, COMPARED);
  const long = writeLongRun(join(folder, "long", "long"), STEPS, 1);
  const result = {
    ...(await ofServer(many, async (ask, starting) => {
      const [list, listing] = await timed("list", () => ask<RunList>(PATHS.runs));
      const chosen = list.runs.slice(-COMPARED).map(({ id }) => id);
      const [, comparing] = await timed("compare", () =>
        inTurn(chosen, (id) => ask(`${PATHS.curves(id)}?buckets=${BUCKETS}`)),
      );
      return { runs: list.runs.length, ...starting, ...listing, compared: chosen.length, ...comparing };
    })),
    ...(await ofServer(long, async (ask) => {
      const [, opening] = await timed("open", async () => {
        await ask(PATHS.run("long"));
        await ask(`${PATHS.curves("long")}?buckets=${BUCKETS}`);
      });
      const zoom = `?buckets=${BUCKETS}&from=${STEPS / 10}&to=${STEPS / 2}&smooth=0.9`;
      const [, zooming] = await timed("zoom", () => ask(PATHS.curves("long") + zoom));
      return { steps: STEPS, ...opening, ...zooming };
    })),
    ...recordingCost(),
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

type Ask = <T>(path: string) => Promise<T>;

/** Starts a viewer that has read nothing yet. */
async function ofServer<T>(
  path: string,
  measure: (ask: Ask, starting: Record<string, number>) => Promise<T>,
): Promise<T> {
  const bundle = { script: "", style: "" };
  // The start looks at all folders: the list is ready then.
  const [started, starting] = await timed("start", async () =>
    startViewServer(new RunSet([path]), bundle, 0),
  );
  await using server = started;
  const headers = { authorization: `Bearer ${server.token}` };
  const ask = async <Answer>(address: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${address}`, { headers });
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  return await measure(ask, starting);
}

/** The result of `work`, and its seconds by the clock and of the processor, of server and client together. */
async function timed<T>(name: string, work: () => Promise<T>): Promise<[T, Record<string, number>]> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const rounded = (seconds: number) => Math.round(seconds * 1000) / 1000;
  return [
    result,
    {
      [`${name}_seconds`]: rounded((performance.now() - start) / 1000),
      [`${name}_processor_seconds`]: rounded((user + system) / 1e6),
    },
  ];
}

/** Processor time and bytes of the record of a run: the network of configs/minimal.yaml, 2,000 steps. */
function recordingCost() {
  const steps = 2000;
  const every = 100;
  const gradient = new Map<string, Float32Array>();
  const random = randomStream(1, "gradient");
  for (let name = 0; name < 222; name++) {
    gradient.set(
      `parameter ${name}`,
      Float32Array.from({ length: 14_500 }, () => random.normal()),
    );
  }
  const path = join(folder, "recorded");
  mkdirSync(path);
  const options = { histogram_every_n_steps: every, max_validation_sheets: 0 };
  const recording = new Recording(fakeRun({ folder: path }), options);
  const before = process.cpuUsage();
  for (let step = 1; step <= steps; step++) {
    const moment = { step, epoch: 1 };
    recording.onGradStep({ ...moment, gradients: () => gradient });
    const norms = { "train/max_grad_norm": random.uniform(), "train/mean_grad_norm": random.uniform() };
    recording.onLog({ ...moment, row: { epoch: 1, global_step: step, ...norms } });
  }
  const { user, system } = process.cpuUsage(before);
  const [values, histograms] = [5 * steps, (steps / every) * gradient.size];
  return {
    record_ms_per_step: (user + system) / 1000 / steps,
    record_bytes_per_value: statSync(join(path, "metrics.jsonl")).size / values,
    record_bytes_per_histogram: statSync(join(path, "history.jsonl")).size / histograms,
  };
}
