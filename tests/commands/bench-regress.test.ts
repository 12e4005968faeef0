/** Tests the comparison of a folder with a commit: which one, what the figures say, what is left behind. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { Checkout, chooseComparison } from "../../bench/regress-checkout.ts";
import { type Figure, figureOf, figureTable, inTurns, verdict } from "../../bench/regress-compare.ts";
import type { Measurement, MeasureOptions } from "../../bench/regress-figures.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { runCommand } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const isClone = existsSync(join(PROJECT_ROOT, ".git"));
if (!isClone) skipped("bench regress on this folder", "it is no clone of the repository");

async function git(root: string, ...args: string[]): Promise<string> {
  const own = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
  const { code, output } = await runProgram(["git", "-C", root, ...own, ...args]);
  if (code !== 0) throw new Error(output);
  return output.trim();
}

/** A repository with two commits on main, whose files are `bun.lock` and `a`. */
async function repository() {
  const folder = temporaryFolder("regress");
  const root = folder.path;
  await git(root, "init", "--quiet", "--initial-branch=main");
  folder.write("bun.lock", "one");
  folder.write("a", "1");
  await git(root, "add", "-A");
  await git(root, "commit", "--quiet", "-m", "first");
  folder.write("a", "2");
  await git(root, "commit", "--quiet", "-am", "second");
  const [second, first] = (await git(root, "log", "--format=%H")).split("\n") as [string, string];
  return { folder, root, first, second, [Symbol.dispose]: () => folder.remove() };
}

test("on main a folder is compared with the parent of its last commit, or with that if there are changes", async () => {
  using it = await repository();
  const { root, first, second } = it;
  expect(await chooseComparison(root, undefined)).toEqual({
    before: { commit: first, subject: "first" },
    after: { commit: second, subject: "second" },
    uncommitted: [],
    why: "the parent of the last commit",
  });
  it.folder.write("b", "new");
  const changed = await chooseComparison(root, undefined);
  expect([changed.before.commit, changed.uncommitted]).toEqual([second, ["b"]]);
});

test("on a branch a folder is compared with where the branch left main, unless a commit is named", async () => {
  using it = await repository();
  const { root, first, second } = it;
  await git(root, "checkout", "--quiet", "-b", "mine");
  it.folder.write("a", "3");
  await git(root, "commit", "--quiet", "-am", "third");
  const { before, why } = await chooseComparison(root, undefined);
  expect([before.commit, why]).toEqual([second, "where this branch left main"]);
  expect((await chooseComparison(root, "HEAD~2")).before.commit).toBe(first);
});

test("a commit that is not there, a first commit and a folder without a repository are wrong usage", async () => {
  using it = await repository();
  const refusal = (root: string, against?: string) =>
    chooseComparison(root, against).then(
      () => null,
      (error) => [error.exitCode, error.message],
    );
  expect(await refusal(it.root, "nowhere")).toEqual([2, expect.stringContaining("no such commit")]);
  expect(await refusal(it.root, "--output=x")).toEqual([2, expect.stringContaining("no such commit")]);
  await git(it.root, "checkout", "--quiet", "--orphan", "alone");
  await git(it.root, "commit", "--quiet", "-m", "alone");
  await git(it.root, "branch", "-D", "main");
  expect(await refusal(it.root)).toEqual([2, expect.stringContaining("it has no parent")]);
  using folder = temporaryFolder("no-repository");
  expect(await refusal(folder.path)).toEqual([2, expect.stringContaining("a clone of the repository")]);
});

test("the other commit is checked out with the packages of this folder, and leaves nothing behind", async () => {
  using it = await repository();
  mkdirSync(join(it.root, "node_modules"));
  it.folder.write("node_modules/package", "here");
  let path: string;
  {
    await using checkout = await Checkout.open(it.root, it.first, () => {});
    path = checkout.path;
    expect(checkout.sharesPackages).toBeTrue();
    expect(await Bun.file(join(path, "a")).text()).toBe("1");
    expect(await Bun.file(join(path, "node_modules", "package")).text()).toBe("here");
  }
  expect([existsSync(path), existsSync(join(it.root, "node_modules", "package"))]).toEqual([false, true]);
  expect((await git(it.root, "worktree", "list")).split("\n")).toHaveLength(1);
});

const KIND = { name: "speed", unit: "1/s", better: "more" } as const;
const OPTIONS = { signal: new AbortController().signal } as MeasureOptions;

test("both sides run in turns that begin with another side each, and medians make the ratio", async () => {
  const values: Record<string, number[]> = { old: [10, 40, 20], new: [20, 90, 60] };
  const turns: string[] = [];
  const measurement: Measurement = {
    name: "fake",
    figures: [KIND],
    isExact: false,
    warmsUp: false,
    measure: async (folder) => ({ speed: values[folder]!.shift()! }),
  };
  const { figures, missing } = await inTurns(
    measurement,
    {
      rounds: 3,
      folders: { before: "old", after: "new" },
      onTurn: (_, round, side) => turns.push(`${round} ${side}`),
    },
    OPTIONS,
  );
  expect(turns).toEqual(["0 before", "0 after", "1 after", "1 before", "2 before", "2 after"]);
  expect(missing).toEqual([]);
  expect(figures[0]).toMatchObject({ before: 20, after: 60, ratio: 3, lowest: 2, highest: 3 });
  expect(figureTable(figures)).toContain("| speed, 1/s | 20.0 | 60.0 | 3.00 | 2.00 … 3.00 | better |");
});

test("a side that fails, or does not say a figure, is listed with the reason, and not run again", async () => {
  let runs = 0;
  const measurement: Measurement = {
    name: "fake",
    figures: [KIND, { ...KIND, name: "memory" }],
    isExact: false,
    warmsUp: false,
    async measure(folder) {
      if (folder === "new") return { speed: 1 };
      runs++;
      throw new Error("it broke");
    },
  };
  const turns = { rounds: 3, folders: { before: "old", after: "new" }, onTurn() {} };
  const { figures, missing } = await inTurns(measurement, turns, OPTIONS);
  expect([figures, runs]).toEqual([[], 1]);
  expect(missing).toEqual([
    { name: "speed", side: "before", reason: "it broke" },
    { name: "memory", side: "before", reason: "it broke" },
  ]);
  const silent = { ...measurement, measure: async () => ({ speed: 2 }) };
  const rest = await inTurns(silent, turns, OPTIONS);
  expect(rest.figures.map(({ name }) => name)).toEqual(["speed"]);
  expect(rest.missing.map(({ name, side }) => [name, side])).toEqual([
    ["memory", "before"],
    ["memory", "after"],
  ]);
});

test("a figure is better or worse only if all turns agree and it changes by 1 % at least", () => {
  const verdictOf = (better: Figure["better"], before: number[], after: number[]) =>
    verdict(figureOf({ ...KIND, better }, { before, after }));
  expect(verdictOf("more", [10, 10], [11, 12])).toBe("better");
  expect(verdictOf("less", [10, 10], [11, 12])).toBe("worse");
  expect(verdictOf("less", [10, 10], [8, 9])).toBe("better");
  expect(verdictOf("more", [10, 10], [9, 12])).toBeNull();
  expect(verdictOf("more", [1000, 1000], [1005, 1001])).toBeNull();
});

test.skipIf(!isClone)(
  "bun run bench regress --json compares this folder with a commit, and removes its work tree",
  async () => {
    const trees = async () =>
      (await git(PROJECT_ROOT, "worktree", "list"))
        .split("\n")
        .filter((line) => line.includes("bench-regress-"));
    const before = await trees();
    const args = ["regress", "--against", "HEAD", "--only", "size", "--json"];
    const { code, stdout, stderr } = await runCommand("bench/main.ts", args);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ why: "--against", missing: [], settings: { rounds: 3 } });
    expect(result.figures[0].ratio).toBeCloseTo(1, 1);
    expect(stderr).toContain("size, before, turn 1\nsize, after, turn 1\n");
    expect(await trees()).toEqual(before);
  },
  120_000,
);

test("bun run bench regress refuses what it cannot read, with exit code 2", async () => {
  const refusals = await Promise.all(
    [["--only=predikt"], ["--rounds=0"], ["--against=no-such-commit"]].map((args) =>
      runCommand("bench/main.ts", ["regress", ...args]),
    ),
  );
  expect(refusals.map(({ code, stdout }) => [code, stdout])).toEqual(refusals.map(() => [2, ""]));
  expect(refusals[0]!.stderr).toContain("fix       --only=predict\n");
  expect(refusals[1]!.stderr).toContain("fix       --rounds=1\n");
  expect(refusals[2]!.stderr).toContain("Cannot compare with no-such-commit");
}, 60_000);
