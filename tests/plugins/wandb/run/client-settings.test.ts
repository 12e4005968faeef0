/** Tests what the settings files of W&B's own client decide. */

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defaultsOf } from "../../../../core/config/field.ts";
import type { Config } from "../../../../core/plugin.ts";
import { parseSettings, readClientSettings } from "../../../../plugins/wandb/access/client-settings.ts";
import { options } from "../../../../plugins/wandb/run/options.ts";
import { resolveSettings, type SettingsSources } from "../../../../plugins/wandb/run/settings.ts";
import { syncRun } from "../../../../plugins/wandb/upload/sync-run.ts";
import { sharedFolder } from "../../../support/temporary-folder.ts";
import { checkFakeRuns, FakeRun } from "../../../support/wandb-fake-run.ts";
import { FAST, sampleFolder, writeSample } from "../../../support/wandb-sample-run.ts";
import { API_KEY, startStandIn } from "../../../support/wandb-server/server.ts";

checkFakeRuns();

const FOLDERS = sharedFolder("wandb-settings");

const EXPERIMENT: Config["experiment"] = {
  name: "x",
  project_name: "tablesense2",
  seed: 1,
  tags: [],
  notes: "",
};

function settingsFile(folder: string, path: string, lines: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `[default]\n${lines}\n\n`);
  return file;
}

const emptyFolder = () => FOLDERS.emptyFolder();

/** Settings of a run in a folder with these settings files. */
function resolve(files: Record<string, string>, given: Partial<SettingsSources> = {}, mode = "auto") {
  const folder = emptyFolder();
  for (const [path, lines] of Object.entries(files)) settingsFile(folder, path, lines);
  const env = given.env ?? {};
  return resolveSettings({
    options: { ...defaultsOf(options), mode: mode as "auto" },
    experiment: EXPERIMENT,
    runId: "abc12345",
    earlierRunId: null,
    home: folder,
    client: readClientSettings(env, { cwd: join(folder, "work"), home: folder }),
    ...given,
    env,
  });
}

const KEY = { WANDB_API_KEY: API_KEY };

describe("readClientSettings()", () => {
  test("reads the user's file, and over it the folder's", () => {
    const folder = emptyFolder();
    const user = settingsFile(folder, ".config/wandb/settings", "base_url = http://a\nmode = offline");
    const own = settingsFile(folder, "work/wandb/settings", "mode = online");
    const settings = readClientSettings({}, { cwd: join(folder, "work"), home: folder });
    expect(settings.get("base_url")).toEqual({ value: "http://a", file: user });
    expect(settings.get("mode")).toEqual({ value: "online", file: own });
  });

  test("looks where WANDB_CONFIG_DIR, WANDB_DIR and a folder .wandb say", () => {
    const folder = emptyFolder();
    settingsFile(folder, "config/settings", "entity = team");
    settingsFile(folder, "elsewhere/.wandb/settings", "mode = disabled");
    const env = { WANDB_CONFIG_DIR: join(folder, "config"), WANDB_DIR: "~/elsewhere" };
    const settings = readClientSettings(env, { cwd: folder, home: folder });
    expect([...settings].map(([key, { value }]) => [key, value])).toEqual([
      ["entity", "team"],
      ["mode", "disabled"],
    ]);
  });

  test("parseSettings() takes the section default alone, and both signs", () => {
    const text =
      "# note\n[other]\nmode = online\n[default]\nMode: offline\nproject =\n;x = 1\nbase_url = http://a:1/b=c\n";
    expect([...parseSettings(text)]).toEqual([
      ["mode", "offline"],
      ["base_url", "http://a:1/b=c"],
    ]);
  });
});

describe("the settings of W&B's client", () => {
  test.each([
    ["offline", "auto", "offline"],
    ["offline", "online", "offline"],
    ["offline", "offline", "offline"],
    ["disabled", "auto", "disabled"],
    ["disabled", "offline", "disabled"],
    ["online", "offline", "offline"],
    ["online", "auto", "online"],
  ] as const)("`wandb %s` in the folder and mode: %s give %s", (word, mode, expected) => {
    const { settings, notes } = resolve({ "work/wandb/settings": `mode = ${word}` }, { env: KEY }, mode);
    expect(settings.mode).toBe(expected);
    const isChanged = mode !== expected && word !== "online";
    expect(notes.some((note) => note.includes("work/wandb/settings says so"))).toBe(isChanged);
  });

  test("yield to WANDB_MODE and to the command line", () => {
    const files = { "work/wandb/settings": "mode = offline\nbase_url = http://other" };
    expect(resolve(files, { env: { ...KEY, WANDB_MODE: "online" } }, "online").settings.mode).toBe("online");
    const argv = [
      "bun",
      "train",
      "--plugins.wandb.mode=online",
      "--plugins.wandb.base_url=https://api.wandb.ai",
    ];
    const withoutDashes = argv.map((one) => one.replace("--", ""));
    const asNext = argv.flatMap((one) => one.split("="));
    for (const form of [argv, withoutDashes, asNext]) {
      const { settings } = resolve(files, { env: KEY, argv: form }, "online");
      expect(settings).toMatchObject({ mode: "online", baseUrl: "https://api.wandb.ai" });
    }
  });

  test("name the server, the entity and the project where the configuration has the defaults", () => {
    const files = {
      ".config/wandb/settings": "base_url = http://wandb.example:8080/",
      "work/wandb/settings": "entity = team\nproject = sheets",
    };
    const chosen = resolve(files, { env: KEY });
    expect(chosen.settings).toMatchObject({
      mode: "online",
      baseUrl: "http://wandb.example:8080",
      entity: "team",
      project: "sheets",
    });
    expect(chosen.notes[0]).toStartWith("the project is sheets, because ");
    const own = resolve(files, {
      env: KEY,
      options: { ...defaultsOf(options), base_url: "http://mine", entity: "me" },
      experiment: { ...EXPERIMENT, project_name: "own" },
    });
    expect(own.settings).toMatchObject({ baseUrl: "http://mine", entity: "me", project: "own" });
  });

  test("may hold the API key, which WANDB_API_KEY beats", () => {
    const files = { ".config/wandb/settings": `api_key = ${"a".repeat(40)}` };
    expect(resolve(files).settings.apiKey?.reveal()).toBe("a".repeat(40));
    expect(resolve(files, { env: KEY }).settings.apiKey?.reveal()).toBe(API_KEY);
  });

  test("`wandb disabled` leaves no trace of a run, and the run keeps its id for later", async () => {
    const folder = emptyFolder();
    settingsFile(folder, "wandb/settings", "mode = disabled");
    process.env.WANDB_DIR = folder;
    try {
      const run = await new FakeRun({ state: { run_id: "kept1234" } }).setUp();
      await run.start();
      await run.epoch(1);
      expect(existsSync(join(run.folder, "wandb"))).toBe(false);
      expect(run.printed.join("\n")).toContain("W&B: nothing is logged, because ");
      expect(run.hooks.saveState!()).toEqual({ run_id: "kept1234" });
    } finally {
      delete process.env.WANDB_DIR;
    }
  });

  test("tell `bun run sync` the server, with the key from netrc", async () => {
    const server = await startStandIn();
    const folder = emptyFolder();
    settingsFile(folder, "settings", `base_url = ${server.url}`);
    const netrc = join(folder, "netrc");
    writeFileSync(netrc, `machine ${new URL(server.url).host}\n  login user\n  password ${API_KEY}\n`);
    const runFolder = sampleFolder();
    writeSample(runFolder);
    const env = { WANDB_CONFIG_DIR: folder, NETRC: netrc };
    const result = await syncRun(runFolder, { env, print: () => {}, pace: FAST });
    await server.stop();
    expect(result).toBe("uploaded");
  });
});
