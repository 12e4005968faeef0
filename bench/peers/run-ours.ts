/** Runs this project's own `predict` on workbooks, as the peers are run. */

import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { parseRange } from "../../core/base/range.ts";
import type { Mode } from "../../core/detection/modes.ts";
import type { PeerAnswer, PeerRun } from "./run-peer.ts";

interface PredictionLine {
  readonly error?: string;
  readonly sheets?: readonly {
    readonly sheet: string;
    readonly tables: readonly { readonly range: string }[];
  }[];
}

/** @param checkpoint The weights; undefined for those that come with the project. */
export async function runOurs(
  mode: Mode,
  checkpoint: string | undefined,
  paths: readonly string[],
): Promise<PeerRun> {
  const predict = join(PROJECT_ROOT, "core", "commands", "predict.ts");
  const weights = checkpoint === undefined ? [] : ["--checkpoint", checkpoint];
  const child = Bun.spawn([process.execPath, predict, "-", "--jsonl", "--mode", mode, ...weights], {
    stdin: new Blob([paths.map((path) => `${path}\n`).join("")]),
    stdout: "pipe",
    stderr: "ignore",
  });
  const text = await new Response(child.stdout).text();
  await child.exited;
  const answers = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => answerOf(JSON.parse(line)));
  if (answers.length !== paths.length)
    throw new Error(`predict answers ${answers.length} of ${paths.length}`);
  const usage = child.resourceUsage();
  return {
    version: "",
    answers,
    seconds: Number(usage?.cpuTime.total ?? 0) / 1e6,
    peakMb: Math.round((usage?.maxRSS ?? 0) / 1e6),
  };
}

function answerOf({ error, sheets }: PredictionLine): PeerAnswer {
  if (sheets === undefined) return { error: error ?? "no answer" };
  const found = sheets.map(({ sheet, tables }) => {
    return [sheet, tables.map(({ range }) => parseRange(range)!)] as const;
  });
  return { sheets: new Map(found) };
}
