/** Tests how a training over ranks ends, on all of them, where one machine is not like the others. */

import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { isAlive } from "../support/alive-process.ts";
import { mpiLaunchers, startRanks } from "../support/mpi-launchers.ts";
import { testProject } from "../support/project.ts";
import { type CommandResult, endOf } from "../support/run-command.ts";
import { skipped } from "../support/skipped.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { finalWeights } from "../support/weights.ts";

const project = testProject({
  epochs: 2,
  workbooks: 16,
  plugins: "{ checkpoint: { save_every_n_epochs: 1 } }",
});
const STEP = ["config.yaml", "--training.gradient_accumulation_steps=8"];
const RANK = `\${PMI_RANK:-$OMPI_COMM_WORLD_RANK}`;
const launchers = mpiLaunchers("the failures of ranks");
afterAll(() => project.remove());

for (const [name, launcher] of launchers) {
  test(`--folds is refused on ${name}, with exit code 2, and all ranks end`, async () => {
    const { result, codes } = await recorded(launcher, `${name}-folds`, [...STEP, "--folds", "2"]);
    expect([...new Set(codes)]).toEqual(["2"]);
    expect(name === "MPICH" ? codes.length : result.code).toBe(2);
    expect(result.stderr).toContain("Cannot train folds on several ranks");
    expect(project.runFolders()).toEqual([]);
  }, 120_000);

  test(`a folder instead of a configuration is named once on ${name}, and all ranks end`, async () => {
    const { result, codes } = await recorded(launcher, `${name}-folder`, ["data"]);
    expect([...new Set(codes)]).toEqual(["2"]);
    expect(result.stderr.match(/Cannot read the configuration/g)).toHaveLength(1);
    expect(result.stderr).not.toContain("EISDIR");
  }, 120_000);

  test(`a rank of ${name} with one other comment in its sources is refused by name`, async () => {
    using copy = temporaryFolder("other-sources");
    for (const part of ["core", "plugins", "configs", "package.json", "tsconfig.json"]) {
      cpSync(join(PROJECT_ROOT, part), copy.join(part), { recursive: true });
    }
    symlinkSync(join(PROJECT_ROOT, "node_modules"), copy.join("node_modules"));
    const changed = copy.join("core/commands/train.ts");
    const text = await Bun.file(changed).text();
    await Bun.write(changed, `${text}// Another comment.\n`);
    const script = project.write(
      `${name}-sources.sh`,
      `bun=$1; train=$2; shift 2; [ ${RANK} = 0 ] || train=${changed}; exec "$bun" "$train" "$@"\n`,
    );
    const result = await endOf(startRanks(launcher, 2, project, STEP, {}, ["sh", script]));
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(/rank 1 on \S+ \(process \d+\) {2}The ranks differ in their sources/);
    expect(project.runFolders()).toEqual([]);
  }, 120_000);

  test(`a rank of ${name} in a folder without configuration and data gives the same bits`, async () => {
    using elsewhere = temporaryFolder("no-shared-files");
    const before = project.runFolders().length;
    const single = await project.train(STEP);
    expect(single.code).toBe(0);
    const script = project.write(
      `${name}-elsewhere.sh`,
      `[ ${RANK} = 0 ] || cd ${elsewhere.path}; exec "$@"\n`,
    );
    const result = await endOf(startRanks(launcher, 2, project, STEP, {}, ["sh", script]));
    expect([result.code, result.stderr]).toEqual([0, ""]);
    const [one, two] = project.runFolders().slice(before);
    expect(finalWeights(two!)).toBe(finalWeights(one!));
    for (const folder of [one!, two!]) await Bun.$`rm -r ${folder}`;
  }, 120_000);

  const noMount = process.getuid?.() === 0 && canMount() ? null : "tmpfs cannot be mounted here";
  if (noMount !== null) skipped(`a full disk on rank 0 of ${name}`, noMount);
  test.skipIf(noMount !== null)(
    `a full disk on rank 0 of ${name} ends all ranks and says so`,
    async () => {
      using disk = temporaryFolder("full-disk");
      const runs = disk.join("runs");
      mkdirSync(runs);
      await Bun.$`mount -t tmpfs -o size=200k tmpfs ${runs}`.quiet();
      try {
        const { result, codes } = await recorded(launcher, `${name}-full`, STEP, runs);
        expect(codes.length).toBeGreaterThan(0);
        expect(codes).not.toContain("0");
        expect(result.stderr).toMatch(/ENOSPC|no space left/i);
      } finally {
        await Bun.$`umount ${runs}`.quiet();
      }
    },
    120_000,
  );
}

/**
 * Two ranks, each started through a shell that writes down its process and its exit code. It returns once
 * both processes are gone. A launcher may kill a shell before it has written the code.
 */
async function recorded(
  launcher: readonly string[],
  name: string,
  args: readonly string[],
  runs: string = project.runs,
): Promise<{ result: CommandResult; codes: string[] }> {
  using notes = temporaryFolder("rank-notes");
  const note = `${notes.path}/${RANK}`;
  const script = project.write(
    `${name}.sh`,
    `"$@" & echo $! > ${note}.pid; wait $!; code=$?; echo $code > ${note}.code; exit $code\n`,
  );
  const own = { ...project, runs };
  const result = await endOf(startRanks(launcher, 2, own, args, {}, ["sh", script]));
  const read = (ending: string) =>
    [...new Bun.Glob(`*.${ending}`).scanSync({ cwd: notes.path })].map((file) =>
      readFileSync(notes.join(file), "utf8").trim(),
    );
  const pids = read("pid");
  expect(pids).toHaveLength(2);
  await until(() => !pids.some((pid) => isAlive(Number(pid))));
  return { result, codes: read("code") };
}

function canMount(): boolean {
  using folder = temporaryFolder("mount");
  if (!Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder.path]).success) return false;
  return Bun.spawnSync(["umount", folder.path]).success;
}
