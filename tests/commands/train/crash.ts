/**
 * Kills a training process again and again at random moments, also while it writes a checkpoint, resumes it,
 * and compares what comes out with a run that nobody disturbed.
 *
 * usage: bun tests/commands/train/crash.ts [--kills 30] [--seed 1]; exit code 1 if anything differs or a kill
 * came too late
 */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomStream } from "../../../core/base/random.ts";
import { testProject } from "../../support/project.ts";
import { until } from "../../support/until.ts";
import { finalWeights } from "../../support/weights.ts";

/** Keeps the rows. After ROWS_LEFT of them the run stands still until it is killed. */
const ROWS = `
import { appendFileSync } from "node:fs";
let left = Number(process.env.ROWS_LEFT ?? Infinity);
export default {
  name: "rows",
  setup: () => ({
    async onLog({ row }) {
      const kept = Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("system/")));
      appendFileSync(process.env.ROWS, JSON.stringify(kept) + "\\n");
      while (--left <= 0) await Bun.sleep(1000);
    },
  }),
};
`;
/** The most rows after those that a kill waits for, however late a busy machine sends it. */
const MORE_ROWS = 8;

export interface CrashResult {
  readonly kills: number;
  /** Kills that came while a checkpoint was being written. */
  readonly duringWrite: number;
  readonly sameWeights: boolean;
  readonly sameRows: boolean;
}

/**
 * Every step of the disturbed run counts once: a step that was lost and done again has to give the same row.
 */
export async function crashTest(kills: number, seed: number): Promise<CrashResult> {
  const random = randomStream(seed, "kills");
  const plugins =
    "{ checkpoint: { save_every_n_epochs: 1, save_every_n_steps: 3, keep_last: 2 }, ./rows.ts: true }";
  // Long enough that no kill comes too late: a process trains for twelve epochs at most.
  const project = testProject({ epochs: 10 + kills * 15, workbooks: 10, plugins });
  try {
    project.write("rows.ts", ROWS);
    const rows = (name: string) => join(project.folder, `${name}.jsonl`);
    const whole = await project.train(["config.yaml"], { ROWS: rows("whole") });
    if (whole.code !== 0) throw new Error(whole.stderr);
    const undisturbed = project.runFolders()[0]!;
    const weights = finalWeights(undisturbed);
    rmSync(undisturbed, { recursive: true });

    let duringWrite = 0;
    let killed = 0;
    for (;;) {
      const [folder] = project.runFolders();
      const args = folder && hasCheckpoint(folder) ? ["--resume", folder] : ["config.yaml"];
      if (folder && args[0] === "config.yaml") rmSync(folder, { recursive: true });
      const env = { ROWS: rows("crashed") };
      if (killed === kills) {
        const process = project.start(args, env);
        const code = await process.exited;
        if (code !== 0) throw new Error(await new Response(process.stderr).text());
        break;
      }
      const own = random.integer(1, 40);
      const lines = countRows(rows("crashed")) + own;
      const process = project.start(args, { ...env, ROWS_LEFT: String(own + MORE_ROWS) });
      const over = () => process.exitCode !== null || countRows(rows("crashed")) >= lines;
      const waitsForWrite = random.chance(0.5);
      let writing = false;
      await until(() => {
        writing = waitsForWrite && isWriting(project.runs);
        return writing || over();
      });
      if (writing) duringWrite++;
      process.kill("SIGKILL");
      if ((await process.exited) === 0) break; // done before it could be killed
      killed++;
    }
    const final = project.runFolders()[0]!;
    return {
      kills: killed,
      duringWrite,
      sameWeights: finalWeights(final) === weights,
      sameRows: sameRows(rows("whole"), rows("crashed")),
    };
  } finally {
    project.remove();
  }
}

function hasCheckpoint(folder: string): boolean {
  return temporaryOr(folder, (name) => name === "last.pt");
}

/** Whether a temporary file lies in a run's checkpoints. */
function isWriting(runs: string): boolean {
  return foldersIn(runs).some((run) => temporaryOr(join(runs, run), (name) => name.endsWith(".tmp")));
}

/** Rows that were logged so far: a step each, four of them an epoch. */
function countRows(file: string): number {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
}

function foldersIn(runs: string): string[] {
  return [...new Bun.Glob("*").scanSync({ cwd: runs, onlyFiles: false })];
}

function temporaryOr(folder: string, wanted: (name: string) => boolean): boolean {
  return [...new Bun.Glob("checkpoints/*").scanSync({ cwd: folder, dot: true })].some((path) =>
    wanted(path.slice("checkpoints/".length)),
  );
}

function sameRows(whole: string, crashed: string): boolean {
  const expected = new Map(readRows(whole).map((row) => [row.global_step, JSON.stringify(row)]));
  const seen = new Set<unknown>();
  for (const row of readRows(crashed)) {
    if (expected.get(row.global_step) !== JSON.stringify(row)) return false;
    seen.add(row.global_step);
  }
  return seen.size === expected.size;
}

function readRows(file: string): Record<string, number>[] {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: "string", default: "30" }, seed: { type: "string", default: "1" } },
  });
  const kills = Number(values.kills);
  const result = await crashTest(kills, Number(values.seed));
  console.log(JSON.stringify(result));
  process.exit(result.kills === kills && result.sameWeights && result.sameRows ? 0 : 1);
}
