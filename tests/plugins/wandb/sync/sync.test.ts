/** Tests the upload of runs after their end. */

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Pace } from "../../../../plugins/wandb/upload/pace.ts";
import { isUnsynced, runFolderOf, syncRun } from "../../../../plugins/wandb/upload/sync-run.ts";
import { runCommand } from "../../../support/run-command.ts";
import { skipped } from "../../../support/skipped.ts";
import {
  FAST,
  SampleLog,
  START,
  sampleFolder,
  sampleRows,
  writeSample,
} from "../../../support/wandb-sample-run.ts";
import { type FaultRule, type StandIn, startStandIn } from "../../../support/wandb-server/server.ts";

let server: StandIn;
let folder: string;
beforeEach(async () => {
  server = await startStandIn();
  folder = sampleFolder();
});
afterEach(() => server.stop());

async function sync(more: Record<string, string> = {}, pace: Partial<Pace> = {}) {
  const printed: string[] = [];
  const env = { WANDB_BASE_URL: server.url, WANDB_API_KEY: server.apiKey, ...more };
  const result = await syncRun(folder, {
    env,
    print: (text) => printed.push(text),
    pace: { ...FAST, ...pace },
  });
  return { result, printed: printed.join("\n") };
}

/** A log that the system refuses to open, also for root. @returns its path. */
function linkToItself(folder: string): string {
  const path = join(folder, "wandb", "run-20250101_000000-abcd1234", "run-abcd1234.wandb");
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(path, path);
  return path;
}

describe("syncRun()", () => {
  test("uploads an offline run and marks it as W&B's own client does", async () => {
    const log = writeSample(folder, { offline: true, exitCode: 3 });
    expect(isUnsynced(folder)).toBe(true);
    const { result, printed } = await sync();
    expect(result).toBe("uploaded");
    expect(printed).toContain(`${server.url}/someone/tables/runs/abcd1234`);
    expect(server.store.run.history).toEqual(sampleRows(1, 10));
    expect(server.store.run.exitCodes).toEqual([3]);
    expect(existsSync(`${log}.synced`)).toBe(true);
    expect(isUnsynced(folder)).toBe(false);
  });

  test("uploads nothing the second time", async () => {
    writeSample(folder);
    await sync();
    const before = server.store.requests.length;
    expect((await sync()).result).toBe("already there");
    expect(server.store.requests).toHaveLength(before);
  });

  test("sends no row, file or artifact again when only the mark is missing", async () => {
    const log = writeSample(folder);
    await sync();
    rmSync(`${log}.synced`);
    const before = server.store.requests.length;
    expect((await sync()).result).toBe("uploaded");
    const again = server.store.requests.slice(before);
    expect(again.filter(({ operation }) => /PUT|Artifact/.test(operation))).toEqual([]);
    expect(server.store.run.resent).toBe(0);
    expect(server.store.run.history).toEqual(sampleRows(1, 10));
  });

  test("continues where the server's lines end, with and without the notes of the first upload", async () => {
    for (const forget of [false, true]) {
      const log = new SampleLog(folder, { offline: true, startTime: START + Number(forget) });
      const steps = forget ? [11, 20] : [1, 10];
      for (let step = steps[0]!; step <= steps[1]!; step++) log.step(step);
      log.end(0);
      // Rows get there, the last request does not.
      const broken: FaultRule = (operation, nth) =>
        operation === "file_stream" && nth > 1 ? { kind: "status", status: 503 } : null;
      server.fault(broken);
      const { result } = await sync({}, { patience: 200 });
      expect(result).toBe("incomplete");
      server.fault(null);
      const notes = readdirSync(dirname(log.path)).filter((name) => name.endsWith(".upload.json"));
      if (forget) for (const name of notes) rmSync(join(dirname(log.path), name));
      expect((await sync()).result).toBe("uploaded");
      expect(server.store.run.history).toEqual(sampleRows(1, steps[1]!));
      expect(server.store.violations).toEqual([]);
    }
  });

  test("uploads the logs of a resumed run as one run", async () => {
    writeSample(folder, { steps: [1, 6], exitCode: null, offline: true });
    writeSample(folder, { steps: [7, 9], exitCode: null, startTime: START + 50, resumed: true });
    writeSample(folder, { steps: [10, 12], startTime: START + 100, resumed: true });
    expect((await sync()).printed).toContain("3 logs of one run");
    expect(server.store.run.history).toEqual(sampleRows(1, 12));
    expect(server.store.run.exitCodes).toEqual([0]);
    expect(isUnsynced(folder)).toBe(false);
  });

  test("joins logs by their steps, so that config and summary are the last process's", async () => {
    writeSample(folder, { steps: [1, 6], exitCode: null, startTime: START + 500 });
    writeSample(folder, { steps: [7, 12], startTime: START, resumed: true });
    expect((await sync()).result).toBe("uploaded");
    expect(server.store.run.history).toEqual(sampleRows(1, 12));
    expect(server.store.run.summary._step).toBe(12);
    expect(server.store.run.config.late).toEqual({ value: true });
    expect(server.store.violations).toEqual([]);
  });

  test("adds what was resumed after the first upload", async () => {
    writeSample(folder, { steps: [1, 6], exitCode: null });
    await sync();
    writeSample(folder, { steps: [7, 12], startTime: START + 100, resumed: true });
    expect((await sync()).result).toBe("uploaded");
    expect(server.store.run.history).toEqual(sampleRows(1, 12));
    expect(server.store.run.exitCodes).toEqual([1, 0]);
    expect(server.store.violations).toEqual([]);
  });

  test("uploads a killed run up to its last whole record, as failed", async () => {
    const log = writeSample(folder, { exitCode: null });
    truncateSync(log, Bun.file(log).size - 5);
    expect((await sync()).result).toBe("uploaded");
    expect(server.store.run.history).toEqual(sampleRows(1, 10));
    expect(server.store.run.events).toHaveLength(9);
    expect(server.store.run.exitCodes).toEqual([1]);
  });

  test("uploads what precedes damage, says where it is, and leaves the run unmarked", async () => {
    const log = writeSample(folder);
    const bytes = Buffer.from(await Bun.file(log).arrayBuffer());
    bytes[bytes.length - 300]! ^= 0xff;
    writeFileSync(log, bytes);
    const { result, printed } = await sync();
    expect(result).toBe("incomplete");
    expect(printed).toMatch(/is damaged after byte \d+ \(/);
    expect(server.store.run.exitCodes).toEqual([1]);
    expect(isUnsynced(folder)).toBe(true);
  });

  test("names a log that cannot be read, and uploads nothing behind it", async () => {
    writeSample(folder, { steps: [1, 6], exitCode: null });
    const broken = linkToItself(folder);
    const { result, printed } = await sync();
    expect([result, isUnsynced(folder)]).toEqual(["incomplete", true]);
    expect(printed).toContain(`not everything was uploaded: ${broken} cannot be read: ELOOP`);
    expect(server.store.run.history).toEqual([]);
  });

  test("leaves a run alone in whose folder a process works", async () => {
    writeSample(folder, { exitCode: null });
    const { pid } = process;
    const writer = Bun.spawn({
      cmd: [
        process.execPath,
        "-e",
        'const { acquireFolderLock } = await import(Bun.argv[1]); acquireFolderLock(Bun.argv[2]); console.log("held"); setInterval(() => {}, 1000);',
        join(import.meta.dir, "../../../../core/files/folder-lock.ts"),
        folder,
      ],
      stdout: "pipe",
    });
    await writer.stdout.getReader().read();
    const busy = await sync();
    expect(busy.result).toBe("in use");
    expect(busy.printed).toContain(`still being written: process ${writer.pid}`);
    expect(writer.pid).not.toBe(pid);
    expect(server.store.requests).toHaveLength(0);
    writer.kill("SIGKILL");
    await writer.exited;
    expect((await sync()).result).toBe("uploaded");
  });

  const isRoot = process.getuid?.() === 0;
  if (isRoot) skipped("test of a folder that cannot be written to", "root can write everywhere");
  test.skipIf(isRoot)("uploads from a folder that cannot be written to", async () => {
    const log = writeSample(folder);
    for (const path of [dirname(log), folder]) chmodSync(path, 0o555);
    const { result, printed } = await sync();
    for (const path of [folder, dirname(log)]) chmodSync(path, 0o755);
    expect(result).toBe("uploaded");
    expect(printed).toContain("the log cannot be marked so");
    expect(server.store.run.history).toEqual(sampleRows(1, 10));
  });

  test("finds the artifact's files after the run's folder was moved", async () => {
    writeSample(folder);
    const moved = `${folder} moved`;
    renameSync(folder, moved);
    folder = moved;
    expect((await sync()).result).toBe("uploaded");
    expect(server.store.artifacts[0]!.files.get("model_arch.txt")).toEqual(Buffer.from("detector\n"));
  });

  test("names a picture that was deleted, and counts the run as uploaded: nothing more of it will ever be", async () => {
    const log = writeSample(folder);
    rmSync(join(dirname(log), "files", "media", "images", "sheet_1.png"));
    const { result, printed } = await sync();
    expect(result).toBe("uploaded");
    const line = "media/images/sheet_1.png: no such file; it cannot be uploaded any more";
    expect(printed.split(line)).toHaveLength(2);
    expect([...server.store.run.uploaded].sort()).toEqual([
      "config.yaml",
      "wandb-metadata.json",
      "wandb-summary.json",
    ]);
    expect(server.store.violations).toEqual([]);
    expect(isUnsynced(folder)).toBe(false);
  });

  test("refuses to write into another run of the same id", async () => {
    writeSample(folder);
    await sync();
    folder = sampleFolder();
    const other = new SampleLog(folder);
    for (let step = 1; step <= 10; step++) {
      const item = [
        { nestedKey: ["_step"], valueJson: String(step) },
        { nestedKey: ["_timestamp"], valueJson: "1.5" },
      ];
      other.add({ case: "history", value: { item, step: { num: BigInt(step) } } });
    }
    other.end(0);
    const { result, printed } = await sync();
    expect(result).toBe("incomplete");
    expect(printed).toContain("the server has another run abcd1234");
    expect(server.store.run.history).toEqual(sampleRows(1, 10));
  });

  test("takes the server that the run was configured for", async () => {
    writeSample(folder);
    mkdirSync(join(folder, "configs"));
    writeFileSync(
      join(folder, "configs", "config.yaml"),
      `plugins:\n  wandb:\n    base_url: ${server.url}/\n`,
    );
    expect((await sync({ WANDB_BASE_URL: "" })).result).toBe("uploaded");
  });

  test("names what is missing: a log, a key, an address", async () => {
    await expect(sync()).rejects.toThrow("got       no log");
    writeSample(folder);
    await expect(sync({ WANDB_API_KEY: "", NETRC: "/nowhere" })).rejects.toThrow("no API key for 127.0.0.1");
    await expect(sync({ WANDB_BASE_URL: "api.wandb.ai" })).rejects.toThrow("got       api.wandb.ai");
    const withPassword = sync({ WANDB_BASE_URL: server.url.replace("//", "//user:pa55@") });
    await expect(withPassword).rejects.toThrow("got       a URL with a user or password in it");
    await expect(withPassword).rejects.not.toThrow("pa55");
  });
});

test("runFolderOf() takes a run's folder and anything in its wandb/", () => {
  for (const inside of ["", "/", "/wandb", "/wandb/run-1-a", "/wandb/run-1-a/run-a.wandb"]) {
    expect(runFolderOf(`/runs/x 12:00${inside}`)).toBe("/runs/x 12:00");
  }
});

describe("bun run sync", () => {
  const command = (args: string[], env: Record<string, string> = {}) =>
    runCommand("plugins/wandb/sync.ts", args, {
      env: { WANDB_BASE_URL: server.url, WANDB_API_KEY: server.apiKey, ...env },
    });

  test("--all uploads every run that is not uploaded yet, once", async () => {
    writeSample(folder);
    const runs = dirname(folder);
    mkdirSync(join(runs, "no run"));
    expect((await command(["--all", "--runs", runs])).code).toBe(0);
    expect(server.store.run.exitCodes).toEqual([0]);
    const second = await command(["--all", "--runs", runs]);
    expect([second.code, second.stdout]).toEqual([0, "Every run is uploaded\n"]);
    expect(server.store.run.exitCodes).toEqual([0]);
  });

  test("latest is the run that was logged last", async () => {
    writeSample(folder);
    const run = await command(["latest", "--runs", dirname(folder)]);
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(run.stdout).toContain(`${folder}: uploading 1 log`);
  });

  test("a run with a log that cannot be read keeps none of the others from their upload", async () => {
    writeSample(folder);
    const other = join(dirname(folder), "broken");
    const path = linkToItself(other);
    const latest = await command(["latest", "--runs", dirname(folder)]);
    expect([latest.code, latest.stderr]).toEqual([0, ""]);
    const all = await command(["--all", "--runs", dirname(folder)]);
    expect([all.code, all.stderr]).toEqual([1, ""]);
    expect(all.stdout).toContain(`${path} cannot be read: ELOOP`);
  });

  test("says that there is no run, for --all and for latest", async () => {
    const runs = dirname(folder);
    const all = await command(["--all", "--runs", runs]);
    expect([all.code, all.stdout]).toEqual([0, `There is no run with a W&B log in ${runs}\n`]);
    const latest = await command(["latest", "--runs", runs]);
    expect([latest.code, latest.stderr]).toEqual([2, expect.stringContaining("no run with a W&B log")]);
  });

  test("exits with 2 for a path that is not there, and names the nearest run", async () => {
    writeSample(folder);
    const typo = await command([`${folder}x`, "--runs", dirname(folder)]);
    expect([typo.code, typo.stdout]).toEqual([2, ""]);
    expect(typo.stderr).toContain("got       no such path");
    expect(typo.stderr).toContain(`sync "${folder}"`);
    const unquoted = await command([...folder.split(" "), "--runs", dirname(folder)]);
    expect([unquoted.code, unquoted.stderr]).toEqual([2, expect.stringContaining(`sync "${folder}"`)]);
  });

  test("exits with 2 for a folder without a log and a missing --runs, and says how a run gets one", async () => {
    const runs = dirname(folder);
    const bare = join(runs, "no run");
    mkdirSync(bare);
    const none = await command([bare, "--runs", runs]);
    expect([none.code, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toContain("expected  a run's folder with a W&B log");
    expect(none.stderr).toContain("got       no run, and no log\n  fix       train with plugins.wandb: true");
    const loose = join(runs, "run-abcd1234.wandb");
    writeFileSync(loose, "");
    expect((await command([loose, "--runs", runs])).stderr).toStartWith(`${loose}  Cannot upload this run`);
    rmSync(loose);
    writeSample(folder);
    const known = await command([bare, folder, "--runs", runs]);
    expect([known.code, known.stderr]).toEqual([2, expect.stringContaining(`sync "${folder}"`)]);
    expect(server.store.runs.size).toBe(0); // nothing was uploaded
    mkdirSync(join(bare, "configs"));
    writeFileSync(join(bare, "configs", "config.yaml"), "plugins: { wandb: false }\n");
    const off = await command([bare, "--runs", runs]);
    expect([off.code, off.stderr]).toEqual([2, expect.stringContaining("trained with plugins.wandb: false")]);
    for (const named of ["latest", "--all"]) {
      const missing = await command([named, "--runs", join(runs, "rnus")]);
      expect([missing.code, missing.stderr]).toEqual([
        2,
        expect.stringContaining("got       no such folder"),
      ]);
      expect(missing.stderr).toContain("fix       check the path after --runs");
    }
  });

  test("exits with 1 when a key is wrong and with 2 when nothing is named", async () => {
    writeSample(folder);
    const key = "f".repeat(40);
    const wrong = await command([folder], { WANDB_API_KEY: key });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain("refuses the API key (401)");
    expect(wrong.stdout).not.toContain(key);
    const unknown = await command([folder, "--al"]);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("got       --al")]);
    const empty = await command([]);
    expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining("run folders, or --all")]);
  });
});
