/**
 * Compares this folder with a commit, so that a change can carry its numbers: the speed of prediction and
 * training, their memory, the start of `predict`, the size of an installation, the time of a type check.
 * Prints a table in Markdown, or one JSON object.
 *
 * usage: bun bench/regress.ts [--against COMMIT] [--only predict,start] [--rounds 3] [--json]
 *          [--device wasm] [--files 24] [--rows 100] [--columns 30] [--passes 2]
 *
 * - Each side runs its own benchmarks, in turns that follow each other. Other work on the machine slows
 *   both, so read the ratios. Times are processor time of all threads unless the figure says clock.
 * - The ratio is that of the medians. Beside it stand the smallest and the largest ratio of two turns; a
 *   figure is called better or worse only if all turns agree.
 * - Exit code 0: everything of this folder was measured, whatever came out. 1: a program of this folder
 *   failed. A figure that only the other commit lacks is listed and changes nothing.
 */

import { join } from "node:path";
import { nearest } from "../core/base/nearest.ts";
import { type ExitCode, UserError, usageError } from "../core/base/problem.ts";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { counted } from "../core/base/text-layout.ts";
import { wholeNumber } from "../core/commands/define-data-command.ts";
import { interruptible } from "../core/console/interruptible.ts";
import { benchArguments, orEnd } from "./bench-arguments.ts";
import { Checkout, type Comparison, chooseComparison, type Side } from "./regress-checkout.ts";
import { type Figure, figureTable, inTurns, type Missing } from "./regress-compare.ts";
import { MEASUREMENTS, type Measurement } from "./regress-figures.ts";

const NAMES = MEASUREMENTS.map(({ name }) => name);
/** Digits of a commit in text. */
const SHORT = 10;

const flags = benchArguments("regress", {
  against: {
    type: "string",
    valueHint: "commit",
    description: "What to compare with (where this branch left main; on main the last commit or its parent)",
  },
  only: {
    type: "string",
    valueHint: "names",
    default: NAMES.join(","),
    description: `What to measure, with commas: ${NAMES.join(", ")}`,
  },
  rounds: { type: "string", valueHint: "number", default: "3", description: "Turns of each side" },
  device: { type: "string", valueHint: "name", default: "wasm", description: "Device of the network" },
  files: { type: "string", valueHint: "number", default: "24", description: "Sheets to find tables on" },
  rows: { type: "string", valueHint: "number", default: "100", description: "Rows of each sheet" },
  columns: { type: "string", valueHint: "number", default: "30", description: "Columns of each sheet" },
  passes: {
    type: "string",
    valueHint: "number",
    default: "2",
    description: "Passes over the training sheets per turn",
  },
  json: { type: "boolean", default: false, description: "Print one JSON object" },
});
const { measurements, rounds } = orEnd(() => {
  for (const name of ["files", "rows", "columns", "passes"] as const) wholeNumber(name, flags[name], 1);
  return { measurements: chosen(flags.only), rounds: wholeNumber("rounds", flags.rounds, 1)! };
});

process.exitCode = await interruptible("stopped: nothing of the other commit is left", async (signal) => {
  try {
    return await compare(signal);
  } catch (error) {
    if (!(error instanceof UserError) || signal.aborted) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
});

async function compare(signal: AbortSignal): Promise<ExitCode> {
  const comparison = await chooseComparison(PROJECT_ROOT, flags.against);
  say(heading(comparison));
  await using checkout = await Checkout.open(PROJECT_ROOT, comparison.before.commit, say);
  const folders = { before: checkout.path, after: PROJECT_ROOT };
  const { device, files, rows, columns, passes } = flags;
  const workbook = join(PROJECT_ROOT, "docs", "samples", "budget.xlsx");
  const options = { device, files, rows, columns, passes, workbook, signal };
  const figures: Figure[] = [];
  const missing: Missing[] = [];
  const notes: string[] = [];
  for (const measurement of measurements) {
    signal.throwIfAborted();
    if (measurement.name === "packages" && checkout.sharesPackages) {
      notes.push("packages: both sides have the same bun.lock, and the same packages");
      continue;
    }
    const onTurn = (name: string, round: number, side: string) => say(`${name}, ${side}, turn ${round + 1}`);
    const result = await inTurns(measurement, { rounds, folders, onTurn }, options);
    figures.push(...result.figures);
    missing.push(...result.missing);
  }
  if (flags.json) {
    const { before, after, uncommitted, why } = comparison;
    const settings = { rounds, device, files, rows, columns, passes };
    const result = { before, after: { ...after, uncommitted }, why, settings, figures, missing, notes };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    process.stdout.write(`${heading(comparison)}\n\n${figureTable(figures)}\n`);
    const lines = missing.map(({ name, side, reason }) => `not measured, ${side}: ${name}: ${reason}`);
    for (const line of [...notes, ...lines]) process.stdout.write(`\n${line}\n`);
  }
  return missing.some(({ side }) => side === "after") ? 1 : 0;
}

function heading({ before, after, uncommitted, why }: Comparison): string {
  const isSame = before.commit === after.commit;
  const changes =
    uncommitted.length > 0
      ? `with ${counted(uncommitted.length, "file")} that ${uncommitted.length === 1 ? "is" : "are"} not committed`
      : "without changes that are not committed";
  const noise = isSame && uncommitted.length === 0 ? "; both are the same, so the ratios show the noise" : "";
  return `before: ${shown(before)} (${why})\nafter:  ${shown(after)}, ${changes}${noise}`;
}

function shown({ commit, subject }: Side): string {
  return `${commit.slice(0, SHORT)} ${subject}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function chosen(names: string): Measurement[] {
  return names.split(",").map((name) => {
    const found = MEASUREMENTS.find((each) => each.name === name.trim());
    if (found !== undefined) return found;
    throw usageError({
      where: "command line",
      message: "Cannot read --only",
      expected: `some of ${NAMES.join(", ")}, with commas`,
      got: name,
      fix: `--only=${nearest(name, NAMES) ?? NAMES[0]}`,
    });
  });
}
