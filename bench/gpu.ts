/**
 * Sets up, checks and measures this project on the GPU of this machine: devices `cuda` and `webgpu`, the
 * goldens, trainings of `minimal` and `full`, and their speed beside PyTorch on the same GPU. `gpu.sh` starts
 * it on a machine that has nothing but npm.
 *
 * usage: bun bench/gpu.ts [--output gpu.json] [--minutes 10] [--quick] [--python python3] [--rounds 2]
 *
 * Every step has a limit of time, and a step that fails only costs the steps that need it. The report is
 * whole after every step, and the log beside it has what the programs printed.
 *
 * Exit code 0: every step is done. 1: a step failed or could not be done; the report says which and why. 2:
 * wrong usage. 130: interrupted, with a whole report of the steps until then.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { isRecord } from "../core/base/plain-object.ts";
import { type ExitCode, usageError } from "../core/base/problem.ts";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { runProgram } from "../core/base/run-program.ts";
import { wholeNumber } from "../core/commands/define-data-command.ts";
import { interruptible } from "../core/console/interruptible.ts";
import { benchArguments, benchOutput, orEnd } from "./bench-arguments.ts";
import { isLog, isReport, logPath, ReportWriter, type StepResult } from "./gpu-report.ts";
import { gpuSteps, type Step } from "./gpu-steps.ts";
import { printedObject } from "./printed-object.ts";

/** Characters of a program's output that are kept for its result and its reason. */
const KEPT = 100_000;
/** Time in which a program that is stopped may end by itself, ms. */
const GRACE_MS = 5_000;
/** Lines of a reason, and of a result that is text; the log has all. */
const REASON_LINES = 8;
const TEXT_LINES = 3;

const flags = benchArguments("gpu", {
  output: {
    type: "string",
    valueHint: "file",
    description:
      "The report (gpu.json, gpu-quick.json with --quick); the log lies beside it, with the ending .log",
  },
  minutes: { type: "string", valueHint: "number", default: "10", description: "The most time for all steps" },
  quick: { type: "boolean", default: false, description: "Only checks that need no download and no GPU" },
  python: { type: "string", valueHint: "program", description: "A Python with PyTorch and SciPy" },
  rounds: { type: "string", valueHint: "number", default: "2", description: "Turns of each contestant" },
  passes: {
    type: "string",
    valueHint: "number",
    default: "3",
    description: "Passes over the sheets per turn",
  },
  overwrite: { type: "boolean", default: false, description: "Replace a file that is no report" },
});
const settings = orEnd(() => ({
  minutes: wholeNumber("minutes", flags.minutes, 1)!,
  rounds: wholeNumber("rounds", flags.rounds, 1)!,
  passes: wholeNumber("passes", flags.passes, 1)!,
}));
const output = flags.output ?? (flags.quick ? "gpu-quick.json" : "gpu.json");
const path = fileOf("the report", output, ".json", isReport);
fileOf("the log of the report", logPath(output), ".log", isLog);

const endsAt = performance.now() + settings.minutes * 60_000;
process.exitCode = await interruptible(`stopped: ${output} has the steps until then`, work);

async function work(signal: AbortSignal): Promise<ExitCode> {
  const report = new ReportWriter(path, flags.quick);
  const scratch = mkdtempSync(join(tmpdir(), "bench-gpu-"));
  try {
    report.add(await describeMachine());
    const { rounds, passes } = settings;
    const steps = gpuSteps({ quick: flags.quick, python: flags.python ?? null, rounds, passes, scratch });
    await runSteps(steps, report, signal);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    const { status, seconds, ratios } = report.end(signal.aborted);
    for (const { name, state, reason } of report.steps) {
      if (state === "failed") say(`failed: ${name}: ${reason}`);
    }
    for (const [config, devices] of Object.entries(ratios)) {
      for (const [device, { training, forward }] of Object.entries(devices)) {
        say(`${config} on ${device}: training ${training}, forward pass ${forward} times as fast as PyTorch`);
      }
    }
    say(`${status} after ${seconds.toFixed(0)} s: ${output}, ${logPath(output)}`);
  }
  signal.throwIfAborted();
  return report.steps.every(({ state }) => state === "ok") ? 0 : 1;
}

/** Runs the steps in their order; those beside the others begin as soon as what they need is done. */
async function runSteps(steps: readonly Step[], report: ReportWriter, signal: AbortSignal): Promise<void> {
  const ends = new Map<string, Promise<StepResult>>();
  let last: Promise<unknown> = Promise.resolve();
  for (const step of steps) {
    const waitsFor = step.needs.map((name) => ends.get(name));
    const turn = step.beside ? Promise.resolve() : last;
    const end = turn.then(async () => {
      const needed = await Promise.all(waitsFor);
      const result = await stepResult(step, needed, report, signal);
      report.add(result);
      say(`${result.state.padEnd(7)} ${step.name}, ${result.seconds.toFixed(0)} s`);
      return result;
    });
    ends.set(step.name, end);
    if (!step.beside) last = end;
  }
  await Promise.all(ends.values());
}

async function stepResult(
  step: Step,
  needed: readonly (StepResult | undefined)[],
  report: ReportWriter,
  signal: AbortSignal,
): Promise<StepResult> {
  const skipped = (reason: string): StepResult => {
    report.log(`\n::: ${step.name}: skipped, ${reason}\n`);
    return { name: step.name, state: "skipped", seconds: 0, reason, result: null };
  };
  const lacking = needed.find((each) => each !== undefined && each.state !== "ok");
  if (signal.aborted) return skipped("interrupted");
  if (lacking !== undefined) return skipped(`it needs "${lacking.name}", which is not done`);
  const left = (endsAt - performance.now()) / 1000;
  if (left < 1) return skipped(`the ${settings.minutes} minutes of --minutes are over`);
  const start = performance.now();
  const { problem, output } = await runLimited(step, Math.min(step.limit, left), report, signal);
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  const result = problem === null ? resultOf(step, output) : { result: null, problem };
  const reason = result.problem;
  report.log(`::: ${step.name}: ${reason === null ? "ok" : `failed, ${reason}`}, ${seconds} s\n`);
  return {
    name: step.name,
    state: reason === null ? "ok" : "failed",
    seconds,
    reason,
    result: result.result,
  };
}

/** Runs the program of a step in a process group of its own, which is ended with all its children. */
async function runLimited(
  { name, command, env, missing }: Step,
  limit: number,
  report: ReportWriter,
  signal: AbortSignal,
): Promise<{ problem: string | null; output: string }> {
  report.log(`\n::: ${name}\n$ ${command.join(" ")}\n`);
  const [file, ...args] = command as [string, ...string[]];
  const child = spawn(file, args, {
    cwd: PROJECT_ROOT,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  let errors = "";
  let stopped: string | null = null;
  child.stdout.on("data", (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-KEPT);
    report.log(chunk.toString());
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-KEPT);
    report.log(chunk.toString());
  });
  const stop = (why: string) => {
    stopped ??= why;
    endGroup(child, "SIGTERM");
    setTimeout(() => endGroup(child, "SIGKILL"), GRACE_MS).unref();
  };
  const timer = setTimeout(() => stop(`it took more than ${Math.round(limit)} s`), limit * 1000);
  const onAbort = () => stop("interrupted");
  signal.addEventListener("abort", onAbort);
  const failure = await new Promise<string | null>((done) => {
    child.on("error", ({ code, message }: NodeJS.ErrnoException) =>
      done(code === "ENOENT" ? (missing ?? `there is no ${file} on this machine`) : message),
    );
    child.on("close", (code, by) => done(code === 0 ? null : `exit code ${code ?? by}`));
  });
  clearTimeout(timer);
  signal.removeEventListener("abort", onAbort);
  // bun test prints its sums on standard error.
  if (failure === null && stopped === null) return { problem: null, output: `${output}\n${errors}` };
  const why = (errors.trim() === "" ? output : errors).trim().split("\n").slice(-REASON_LINES).join("\n");
  return { problem: [stopped ?? failure, why].filter(Boolean).join(": "), output };
}

function endGroup({ pid, exitCode, signalCode }: ChildProcess, by: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, by);
  } catch {
    // It has just ended.
  }
}

/** What a program that ended well says, in the form that its step gives. */
function resultOf(
  { gives, leastTests = 0 }: Step,
  output: string,
): { result: unknown; problem: string | null } {
  if (gives === "json") {
    const result = printedObject(output);
    if (result === null) return { result, problem: "it printed no line of JSON" };
    // The trial of a device is an answer, whatever it is.
    if (result.works !== false) return { result, problem: null };
    const { problem } = result;
    return {
      result,
      problem: isRecord(problem) ? String(problem.got ?? problem.message) : "it does not work",
    };
  }
  if (gives === "tests") {
    const count = (word: string) => Number(new RegExp(`^\\s*(\\d+) ${word}$`, "m").exec(output)?.[1] ?? 0);
    const result = { passed: count("pass"), failed: count("fail") };
    const isEnough = result.passed >= leastTests;
    return { result, problem: isEnough ? null : `only ${result.passed} tests ran; the device is missing` };
  }
  return { result: output.trim().split("\n").slice(0, TEXT_LINES).join("\n"), problem: null };
}

/** The absolute path of an output, which has to be a file; ends the process if it must not be written. */
function fileOf(what: string, named: string, ending: string, isOwn: (path: string) => boolean): string {
  const { overwrite } = flags;
  const place = benchOutput(named, {
    what,
    another: "--output another file",
    endings: [ending],
    overwrite,
    isOwn,
  });
  if (place.kind === "file") return place.path;
  const message = `Cannot write ${what}`;
  const expected = `a file that ends with ${ending}`;
  return orEnd(() => {
    throw usageError({ file: named, message, expected, got: "a device or a pipe", fix: "--output gpu.json" });
  });
}

async function describeMachine(): Promise<StepResult> {
  const start = performance.now();
  const { code, output } = await runProgram(["git", "-C", PROJECT_ROOT, "describe", "--always", "--dirty"]);
  const result = {
    commit: code === 0 ? output.trim() : null,
    bun: Bun.version,
    system: `${process.platform}-${process.arch} ${release()}`,
    processor: cpus()[0]?.model ?? null,
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
  };
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  return { name: "machine", state: "ok", seconds, reason: null, result };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
