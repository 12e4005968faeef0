/**
 * Runs the program of a peer on workbooks. It reads their paths from standard input and answers with a line
 * of JSON each; `peer_frame.py` describes the lines. If the program ends or stands still on a workbook, that
 * workbook counts as failed, and the program is started again for the rest.
 */

import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { parseRange, type Range } from "../../core/base/range.ts";
import type { PeerCommand } from "./peer-environment.ts";

/** What a peer found in a workbook: the ranges of each sheet, or why there are none. */
export type PeerAnswer =
  | { readonly sheets: ReadonlyMap<string, readonly Range[]> }
  | { readonly error: string };

export interface PeerRun {
  /** Of the packages, as the program says it; "" if it never started. */
  readonly version: string;
  /** In the order of the paths. */
  readonly answers: readonly PeerAnswer[];
  /** Processor time of all processes, seconds. */
  readonly seconds: number;
  /** The largest memory of a process, MB. */
  readonly peakMb: number;
}

/** The longest silence of a program, ms. It limits its own processor time, so this is for one that waits. */
const LONGEST_SILENCE = 3_600_000;

/** Runs it to the end. @throws If the program does not start, or answers with something else. */
export async function runPeer(
  { command, env }: PeerCommand,
  paths: readonly string[],
  longestSilence: number = LONGEST_SILENCE,
): Promise<PeerRun> {
  const answers: PeerAnswer[] = [];
  let [version, seconds, peakMb] = ["", 0, 0];
  while (answers.length < paths.length) {
    const child = Bun.spawn([...command], {
      env: { ...process.env, ...env },
      stdin: new Blob([
        paths
          .slice(answers.length)
          .map((path) => `${path}\n`)
          .join(""),
      ]),
      stdout: "pipe",
      stderr: "ignore",
    });
    let timer = setTimeout(() => child.kill("SIGKILL"), longestSilence);
    for await (const line of linesOf(child.stdout)) {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill("SIGKILL"), longestSilence);
      const value = JSON.parse(line) as { version?: string; error?: string; sheets?: object };
      if (value.version === undefined) answers.push(answerOf(value));
      else version = value.version;
    }
    clearTimeout(timer);
    await child.exited;
    const usage = child.resourceUsage();
    seconds += Number(usage?.cpuTime.total ?? 0) / 1e6;
    peakMb = Math.max(peakMb, Math.round((usage?.maxRSS ?? 0) / 1e6));
    if (version === "") throw new Error(`The program does not start: ${command.join(" ")}`);
    if (answers.length < paths.length) answers.push({ error: "the program ended, or stood still" });
  }
  return { version, answers, seconds, peakMb };
}

function linesOf(stream: unknown): AsyncIterable<string> {
  return createInterface({ input: Readable.fromWeb(stream as ReadableStream) });
}

function answerOf({ error, sheets }: { error?: string; sheets?: object }): PeerAnswer {
  if (error !== undefined || sheets === undefined) return { error: error ?? "no answer" };
  const found = Object.entries(sheets as Record<string, string[]>).map(([sheet, ranges]) => {
    return [sheet, ranges.map(rangeOf)] as const;
  });
  return { sheets: new Map(found) };
}

function rangeOf(text: string): Range {
  const range = parseRange(text);
  if (range === null) throw new Error(`A peer found ${JSON.stringify(text)}, which is no range`);
  return range;
}
