/**
 * Measures what uploading costs the thread that trains: the same work without an upload, with the upload in
 * this thread, and with the upload in its worker. The server is the stand-in of the tests, in a process of
 * its own.
 *
 * usage: bun bench/wandb-upload.ts [seconds of work [rounds]]
 */

import { ApiKey } from "../plugins/wandb/access/api-key.ts";
import { startUpload } from "../plugins/wandb/upload/start-upload.ts";
import { Uploader } from "../plugins/wandb/upload/uploader.ts";
import { temporaryFolder } from "../tests/support/temporary-folder.ts";
import { SampleLog, sampleFolder } from "../tests/support/wandb-sample-run.ts";
import { startStandIn } from "../tests/support/wandb-server/server.ts";
import { argumentNumber, benchArguments } from "./bench-arguments.ts";

if (process.argv[2] === "server") {
  const server = await startStandIn();
  console.log(server.url, server.apiKey);
  // Its end is that of the process that started it, however that one ends.
  await Bun.stdin.text();
  process.exit(0);
}

const given = benchArguments("wandb-upload", {
  seconds: { type: "positional", default: "6", description: "Seconds of work per round" },
  rounds: { type: "positional", default: "3", description: "Rounds" },
});
const STEP_MS = 20;
const STEPS = (argumentNumber("wandb-upload", "seconds", given.seconds) * 1000) / STEP_MS;
const ROUNDS = argumentNumber("wandb-upload", "rounds", given.rounds);
/** Parameters with a histogram of 64 bins, in every 100th row. */
const HISTOGRAMS = 300;

const child = Bun.spawn({
  cmd: [process.execPath, import.meta.path, "server"],
  stdin: "pipe",
  stdout: "pipe",
});
const { value } = await child.stdout.getReader().read();
const [baseUrl, apiKey] = new TextDecoder().decode(value).trim().split(" ") as [string, string];

/** A fixed amount of work, so that the cost of a step does not depend on what else runs in the thread. */
function work(rounds: number): number {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = Math.imul(sum ^ i, 0x9e3779b1);
  return sum;
}

/** Rounds of `work()` that take the processor time of one step, once the code is compiled. */
function calibrate(): number {
  const count = 20_000_000;
  work(count);
  const from = ms(process.threadCpuUsage());
  work(count * 5);
  return Math.round((count * 5 * STEP_MS) / (ms(process.threadCpuUsage()) - from));
}

type Mode = "no upload" | "in this thread" | "in a worker";

interface Cost {
  /** Processor time of this thread and of the whole process, ms; other programs change it little. */
  readonly thread: number;
  readonly process: number;
  /** The longest pause between two steps, ms. */
  readonly slowest: number;
}

async function train(mode: Mode, rounds: number): Promise<Cost> {
  using parent = temporaryFolder("wandb-upload");
  const folder = sampleFolder(parent.path);
  const log = new SampleLog(folder);
  const task = { baseUrl, entity: null, project: "bench", resume: "allow" as const };
  const pace = { stream: 3_000 }; // five times as often as a real run
  const inThread = new Uploader({ ...task, apiKey, logs: [log.path], live: true, pace, print() {} });
  let finish: () => Promise<unknown> = async () => {};
  if (mode === "in this thread") {
    const outcome = inThread.run();
    finish = () => {
      inThread.finish(0);
      return outcome;
    };
  } else if (mode === "in a worker") {
    const settings = { ...task, apiKey: new ApiKey(apiKey) };
    const upload = startUpload({ settings, runFolder: folder, logPath: log.path, pace, print() {} });
    finish = () => upload.finish(0);
  }
  await Bun.sleep(300); // starting is not part of a step
  let slowest = 0;
  const fromThread = ms(process.threadCpuUsage());
  const fromProcess = ms(process.cpuUsage());
  let last = performance.now();
  for (let step = 1; step <= STEPS; step++) {
    work(rounds);
    log.step(step);
    if (step % 100 === 0) for (let i = 0; i < HISTOGRAMS; i++) log.add(histogram(i, step));
    await Bun.sleep(0); // as a training loop does, so that other work of the thread gets its turn
    const now = performance.now();
    slowest = Math.max(slowest, now - last);
    last = now;
  }
  const thread = ms(process.threadCpuUsage()) - fromThread;
  const all = ms(process.cpuUsage()) - fromProcess;
  log.end(0);
  await finish();
  return { thread, process: all, slowest };
}

function ms({ user, system }: { user: number; system: number }): number {
  return (user + system) / 1000;
}

function histogram(parameter: number, step: number) {
  const values = Array.from({ length: 64 }, (_, i) => (i * 37 + step) % 101);
  const bins = Array.from({ length: 65 }, (_, i) => i / 64 - 0.5);
  const valueJson = JSON.stringify({ _type: "histogram", values, bins });
  const item = [{ key: `histogram/${parameter}`, valueJson }];
  return { case: "summary" as const, value: { update: item } };
}

const rounds = calibrate();
const modes: Mode[] = ["no upload", "in this thread", "in a worker"];
const results = new Map<Mode, Cost[]>(modes.map((mode) => [mode, []]));
for (let round = 0; round < ROUNDS; round++) {
  // in turn, so that other programs slow all modes alike
  for (const mode of modes) results.get(mode)!.push(await train(mode, rounds));
}
const least = (mode: Mode, part: keyof Cost) => Math.min(...results.get(mode)!.map((cost) => cost[part]));
console.log(`${STEPS} steps of about ${STEP_MS} ms of work, least of ${ROUNDS} rounds`);
for (const mode of modes) {
  const [thread, all] = (["thread", "process"] as const).map((part) => {
    const cost = ((least(mode, part) / least("no upload", part) - 1) * 100).toFixed(2);
    return `${least(mode, part).toFixed(0)} ms (${cost} %)`;
  });
  const slowest = least(mode, "slowest").toFixed(1);
  console.log(`${mode.padEnd(15)} thread ${thread}   process ${all}   longest step ${slowest} ms`);
}
child.kill();
process.exit(0);
