/**
 * Runs what people would use instead on the same labelled sheets, and writes the table of the README.
 *
 * usage: bun bench/peers.ts [NAME …] --root FOLDER [--datasets real,field] [--choose [--every N]]
 *
 * Each peer runs at its best documented setting, in an environment of its own with pinned versions, and gets
 * 30 s of processor time per workbook. `--choose` compares the settings of the peers on the training splits
 * and writes nothing. This project is a contestant only if it is named (one of OURS), since a testing_set may
 * be evaluated three times.
 *
 * The results are kept in a file beside the peers: only those of the contestants that run are replaced.
 * `--table` writes the table of them anew without running anything.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../core/base/nearest.ts";
import { usageError } from "../core/base/problem.ts";
import { PROJECT_ROOT } from "../core/base/project-root.ts";
import { table } from "../core/base/text-layout.ts";
import type { LoadedSplit } from "../core/evaluation/load-split.ts";
import { connectedBlocks } from "../core/features/connected-blocks.ts";
import { writeFileAtomic } from "../core/files/write-atomic.ts";
import { benchArguments, optionNumber, orEnd } from "./bench-arguments.ts";
import { type PublishedSplit, publishedSplit, TEST_REMINDER } from "./labelled-split.ts";
import { peerCommand } from "./peers/peer-environment.ts";
import { PEERS, type Peer } from "./peers/peers.ts";
import { runOurs } from "./peers/run-ours.ts";
import { type PeerAnswer, type PeerRun, runPeer } from "./peers/run-peer.ts";
import {
  OURS,
  type PeerResult,
  type PeerScore,
  type SideBySide,
  scorePeer,
  sideBySideTable,
} from "./peers/side-by-side.ts";

const RESULTS = join(import.meta.dir, "peers", "results.json");
const README = join(PROJECT_ROOT, "README.md");
const [BEGIN, END] = ["<!-- begin: side by side -->\n", "<!-- end: side by side -->"];
/** The baseline of `evaluate`, which needs no program. */
const BLOCKS = "connected blocks";

const values = benchArguments("peers", {
  names: { type: "positional", required: false, valueHint: "name…", description: "Contestants (all peers)" },
  root: {
    type: "string",
    valueHint: "folder",
    default: "training_data",
    description: "The folder of the datasets",
  },
  datasets: { type: "string", valueHint: "names", default: "real,field", description: "The datasets" },
  every: {
    type: "string",
    valueHint: "number",
    default: "1",
    description: "With --choose: look at every so many-th workbook alone",
  },
  choose: { type: "boolean", description: "Compare the peers' settings on the training splits instead" },
  checkpoint: { type: "string", valueHint: "file", description: "Weights of tablesense2 (the project's)" },
  table: { type: "boolean", description: "Run nothing: write the table of the results that are kept" },
  environments: {
    type: "string",
    valueHint: "folder",
    default: join(PROJECT_ROOT, ".cache", "bench-peers"),
    description: "Where the peers are installed",
  },
});
const every = optionNumber("every", values.every);
const datasets = values.datasets.split(",");
const known = [...PEERS.map(({ name }) => name), BLOCKS, ...OURS];
const named = values._.length > 0 ? values._ : [...PEERS.map(({ name }) => name), BLOCKS];
orEnd(() => named.forEach(checkName));
if (values.table) writeTable(readResults());
else if (values.choose) await choose();
else await compare();

function checkName(name: string): void {
  if (known.includes(name)) return;
  const close = nearest(name, known);
  throw usageError({
    where: "command line",
    message: `Cannot run ${JSON.stringify(name)}`,
    expected: `some of ${known.join(", ")}`,
    got: name,
    ...(close === null ? {} : { fix: JSON.stringify(close) }),
  });
}

/** Runs the contestants on the test splits and writes results and table. */
async function compare(): Promise<void> {
  if (named.some((name) => OURS.some((each) => each === name))) console.error(TEST_REMINDER);
  const splits = await load("test");
  for (const name of named) {
    const result = await measured(name, splits);
    const before = readResults();
    const sizes = Object.fromEntries(
      datasets.map((dataset, at) => {
        const { sheets } = splits[at]!;
        const tables = sheets.reduce((sum, { ranges }) => sum + ranges.length, 0);
        return [dataset, { sheets: sheets.length, tables }];
      }),
    );
    const scores = { ...before.results[name]?.scores, ...result.scores };
    const after: SideBySide = {
      datasets: { ...before.datasets, ...sizes },
      results: { ...before.results, [name]: { ...result, scores } },
    };
    writeFileAtomic(RESULTS, `${JSON.stringify(after, null, 2)}\n`);
    writeTable(after);
    console.log(`${name}: ${JSON.stringify(result)}`);
  }
}

/** Prints F1 of each setting of each peer. */
async function choose(): Promise<void> {
  const splits = (await load("train")).map((split) => thinned(split, every));
  const rows: string[][] = [];
  for (const peer of PEERS.filter(({ name }) => named.includes(name))) {
    for (const setting of peer.settings) {
      const { scores, seconds } = await runOn(splits, async (paths) =>
        runPeer(await peerCommand(peer, setting, values.environments), paths),
      );
      const figures = datasets.map((dataset) => {
        const { f1_eob_2, f1_eob_0, unanswered } = scores[dataset]!;
        return `${f1_eob_2.toFixed(3)} / ${f1_eob_0.toFixed(3)} (${unanswered})`;
      });
      rows.push([peer.name, setting, ...figures, `${seconds.toFixed(1)} s`]);
      console.error(rows.at(-1)!.join("  "));
    }
  }
  const head = ["peer", "setting", ...datasets.map((name) => `${name} training_set`), "100 workbooks"];
  console.log(table(head, rows, 2));
}

/** The sheets of every so many-th workbook. */
function thinned(split: LoadedSplit, every: number): LoadedSplit {
  const paths = [...new Set(split.sheets.map(({ path }) => path))];
  const kept = new Set(paths.filter((_, index) => index % every === 0));
  return { ...split, sheets: split.sheets.filter(({ path }) => kept.has(path)), workbooks: kept.size };
}

function load(split: PublishedSplit): Promise<LoadedSplit[]> {
  return Promise.all(datasets.map((dataset) => publishedSplit(values.root, dataset, split)));
}

async function measured(name: string, splits: readonly LoadedSplit[]): Promise<PeerResult> {
  if (name === BLOCKS) {
    const scores = datasets.map((dataset, at) => [dataset, blocksOf(splits[at]!)] as const);
    return { how: "", scores: Object.fromEntries(scores), seconds: null, peak_mb: null };
  }
  const peer = PEERS.find((each) => each.name === name);
  const run = async (paths: readonly string[]) =>
    peer === undefined
      ? runOurs(name === OURS[0] ? "hybrid" : "model", values.checkpoint, paths)
      : runPeer(await peerCommand(peer, peer.settings[0]!, values.environments), paths);
  const { version, scores, seconds, peakMb } = await runOn(splits, run);
  return { how: peer === undefined ? "" : howOf(peer, version), scores, seconds, peak_mb: peakMb };
}

/** `1.0.1, min_blank_rows=3`, or `with openpyxl 3.1.5`. */
function howOf({ on, settings }: Peer, version: string): string {
  if (on !== undefined) return `with ${on} ${version}`;
  return [version, ...settings[0]!.split(" ")].filter((each) => each !== "").join(", ");
}

/** Runs a contestant on the workbooks of each split. Seconds are per 100 workbooks. */
async function runOn(
  splits: readonly LoadedSplit[],
  run: (paths: readonly string[]) => Promise<PeerRun>,
): Promise<Pick<PeerRun, "version" | "seconds" | "peakMb"> & { scores: Record<string, PeerScore> }> {
  const scores: Record<string, PeerScore> = {};
  let [version, seconds, peakMb, workbooks] = ["", 0, 0, 0];
  for (const [at, split] of splits.entries()) {
    const paths = [...new Set(split.sheets.map(({ path }) => path))];
    const done = await run(paths);
    const answers = new Map(paths.map((path, index) => [path, done.answers[index]!]));
    scores[datasets[at]!] = scorePeer(split, answers);
    for (const [path, answer] of answers) {
      if ("error" in answer) console.error(`  ${path}: ${answer.error}`);
    }
    version = done.version;
    seconds += done.seconds;
    workbooks += paths.length;
    peakMb = Math.max(peakMb, done.peakMb);
  }
  return { version, scores, seconds: (seconds / workbooks) * 100, peakMb };
}

function blocksOf(split: LoadedSplit): PeerScore {
  const byPath = Map.groupBy(split.sheets, ({ path }) => path);
  const answers = [...byPath].map(([path, sheets]): [string, PeerAnswer] => [
    path,
    { sheets: new Map(sheets.map(({ sheetName, grid }) => [sheetName, connectedBlocks(grid)])) },
  ]);
  return scorePeer(split, new Map(answers));
}

function readResults(): SideBySide {
  if (!existsSync(RESULTS)) return { datasets: {}, results: {} };
  return JSON.parse(readFileSync(RESULTS, "utf8"));
}

/** Writes the table between its marks in the README. */
function writeTable(results: SideBySide): void {
  const page = readFileSync(README, "utf8");
  const [from, to] = [page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)];
  if (from < BEGIN.length || to < from) throw new Error(`README.md has no ${BEGIN.trim()} … ${END}`);
  const text = `${page.slice(0, from)}\n${sideBySideTable(results)}\n\n${page.slice(to)}`;
  if (text !== page) writeFileAtomic(README, text);
}
