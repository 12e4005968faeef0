/** Tests how artifacts are staged, named and described in the log. */

import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Artifact } from "../../../../core/plugin.ts";
import { acceptableNames, changedNames } from "../../../../plugins/wandb/run/artifact-names.ts";
import { manifestPaths } from "../../../../plugins/wandb/run/manifest-paths.ts";
import { syncRun } from "../../../../plugins/wandb/upload/sync-run.ts";
import { checkFakeRuns, FakeRun } from "../../../support/wandb-fake-run.ts";
import { recordsOf } from "../../../support/wandb-read-log.ts";
import { FAST } from "../../../support/wandb-sample-run.ts";
import { startStandIn } from "../../../support/wandb-server/server.ts";

checkFakeRuns();

async function startedRun(): Promise<FakeRun> {
  const run = await new FakeRun().setUp();
  await run.start();
  return run;
}

async function give(run: FakeRun, artifact: Partial<Artifact>): Promise<void> {
  await run.fire("onArtifact", {
    step: 1,
    epoch: 1,
    name: "r",
    type: "t",
    files: [],
    aliases: [],
    ...artifact,
  });
}

/** Each logged version: from the paths in it to the content of the staged files. */
function versions(folder: string): Record<string, string>[] {
  return recordsOf(folder)
    .of("artifact")
    .map(({ manifest }) =>
      Object.fromEntries(
        manifest!.contents.map(({ path, localPath }) => [path, readFileSync(localPath, "utf8")]),
      ),
    );
}

async function synced(folder: string) {
  const server = await startStandIn();
  const printed: string[] = [];
  const env = { WANDB_BASE_URL: server.url, WANDB_API_KEY: server.apiKey };
  const result = await syncRun(folder, { env, print: (text) => printed.push(text), pace: FAST });
  await server.stop();
  return { result, printed: printed.join("\n"), store: server.store };
}

test("two files of one base name are both in the artifact, and neither file of the user is written to", async () => {
  const run = await startedRun();
  const files = ["a", "b"].map((name) => join(run.folder, name, "report.txt"));
  for (const [at, file] of files.entries()) {
    mkdirSync(dirname(file));
    writeFileSync(file, ["first", "second, longer"][at]!);
  }
  await give(run, { files });
  await run.end();
  expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(["first", "second, longer"]);
  expect(versions(run.folder)).toEqual([{ "a/report.txt": "first", "b/report.txt": "second, longer" }]);
});

test("a file that a plugin appends to keeps every version, and all of them are uploaded", async () => {
  const run = await startedRun();
  const file = join(run.folder, "scores.csv");
  for (const line of ["1\n", "2\n", "3\n"]) {
    appendFileSync(file, line);
    await give(run, { files: [file] });
  }
  await run.end();
  expect(versions(run.folder).map((files) => files["scores.csv"])).toEqual(["1\n", "1\n2\n", "1\n2\n3\n"]);
  const { result, store } = await synced(run.folder);
  expect(result).toBe("uploaded");
  const uploaded = store.artifacts.map(({ files }) => Buffer.from(files.get("scores.csv")!).toString());
  expect(uploaded).toEqual(["1\n", "1\n2\n", "1\n2\n3\n"]);
  expect(store.violations).toEqual([]);
});

test("a version whose files were removed is named, and the run counts as uploaded all the same", async () => {
  const run = await startedRun();
  const file = join(run.folder, "kept.txt");
  for (const [at, text] of ["gone", "kept"].entries()) {
    writeFileSync(file, text);
    await give(run, { files: [file] });
    if (at > 0) continue;
    rmSync(recordsOf(run.folder).of("artifact")[0]!.manifest!.contents[0]!.localPath);
  }
  await run.end();
  const first = await synced(run.folder);
  expect(first.result).toBe("uploaded");
  expect(first.printed).toContain("artifact r: kept.txt of it is gone or was changed; it cannot be uploaded");
  expect(first.store.artifacts).toHaveLength(1);
  expect((await synced(run.folder)).result).toBe("already there");
});

test("a failed version stays missing although a later one of the same name is uploaded", async () => {
  const run = await startedRun();
  for (const text of ["one", "two"]) {
    writeFileSync(join(run.folder, "x.txt"), text);
    await give(run, { files: [join(run.folder, "x.txt")] });
  }
  await run.end();
  const server = await startStandIn();
  server.fault((operation, nth) =>
    operation === "CreateArtifact" && nth !== 2 ? { kind: "status", status: 403 } : null,
  );
  const env = { WANDB_BASE_URL: server.url, WANDB_API_KEY: server.apiKey };
  const result = await syncRun(run.folder, { env, print: () => {}, pace: FAST });
  await server.stop();
  expect(server.store.artifacts.filter(({ state }) => state === "COMMITTED")).toHaveLength(1);
  expect(result).toBe("incomplete");
});

test("names that W&B refuses are changed, and the console says how", async () => {
  const run = await startedRun();
  const file = join(run.folder, "x.txt");
  writeFileSync(file, "x");
  await give(run, { name: "my report/v1", type: "job", files: [file], aliases: ["a/b", "best"] });
  await run.end();
  expect(recordsOf(run.folder).of("artifact")[0]).toMatchObject({
    name: "my_report_v1",
    type: "user-job",
    aliases: ["latest", "a-b", "best"],
  });
  expect(run.printed.join("\n")).toContain(
    'its name "my report/v1" becomes "my_report_v1", its type "job" becomes "user-job", its alias "a/b" becomes "a-b"',
  );
  expect((await synced(run.folder)).store.violations).toEqual([]);
});

test("changedNames() says nothing of names that W&B accepts", () => {
  const artifact = { name: "a.b-c_1", type: "model", files: [], aliases: ["epoch-3"] };
  expect(changedNames(artifact, acceptableNames(artifact))).toBeNull();
});

test.each([
  [
    ["/x/a.txt", "/x/b.txt"],
    ["a.txt", "b.txt"],
  ],
  [["/x/a.txt", "/x/a.txt"], ["a.txt"]],
  [
    ["/x/one/a.txt", "/x/two/a.txt", "/x/plot.png"],
    ["one/a.txt", "two/a.txt", "plot.png"],
  ],
  [
    ["/x/one/same/a.txt", "/x/two/same/a.txt"],
    ["one/same/a.txt", "two/same/a.txt"],
  ],
  [
    ["/x/one/A.txt", "/x/two/a.TXT"],
    ["one/A.txt", "two/a.TXT"],
  ],
  [
    ["/a.txt", "/x/a.txt"],
    ["a.txt", "x/a.txt"],
  ],
])("manifestPaths(%j) are %j", (files, paths) => {
  expect([...manifestPaths(files).values()]).toEqual(paths);
});
