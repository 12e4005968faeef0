/** Tests the settings that options, variables and keys lead to. */

import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { defaultsOf } from "../../../../core/config/field.ts";
import { UserError } from "../../../../core/plugin.ts";
import { ApiKey, findApiKey, keyProblem, netrcPassword } from "../../../../plugins/wandb/access/api-key.ts";
import { options } from "../../../../plugins/wandb/run/options.ts";
import { resolveSettings, type WandbOptions } from "../../../../plugins/wandb/run/settings.ts";
import { sharedFolder, temporaryFolder } from "../../../support/temporary-folder.ts";

const KEY = "0123456789abcdef0123456789abcdef01234567";
const HOME = sharedFolder("wandb-home").path;
const EXPERIMENT = { name: "my run", project_name: "tables", seed: 42, tags: ["a"], notes: "n" };

function resolve(given: Partial<WandbOptions> = {}, env: Record<string, string> = {}, experiment = {}) {
  return resolveSettings({
    options: { ...defaultsOf(options), ...given },
    experiment: { ...EXPERIMENT, ...experiment },
    runId: "abc12345",
    earlierRunId: null,
    env,
    home: HOME,
  });
}

describe("resolveSettings()", () => {
  test("auto is online with a key, and offline with one line without", () => {
    const online = resolve({}, { WANDB_API_KEY: KEY });
    expect(online.settings.mode).toBe("online");
    expect(online.settings.apiKey?.reveal()).toBe(KEY);
    expect(online.notes).toEqual([]);

    const offline = resolve();
    expect(offline.settings.mode).toBe("offline");
    expect(offline.settings.apiKey).toBeNull();
    expect(offline.problems).toEqual([]);
    expect(offline.notes).toEqual([
      "no API key found, so this run is logged offline; set WANDB_API_KEY to go online",
    ]);
  });

  test("offline takes no key, even where there is one", () => {
    const { settings, notes } = resolve({ mode: "offline" }, { WANDB_API_KEY: KEY });
    expect([settings.mode, settings.apiKey, notes]).toEqual(["offline", null, []]);
  });

  test("online without a key names what to set, and logs offline", () => {
    const { settings, problems } = resolve({ mode: "online" });
    expect(settings.mode).toBe("offline");
    expect(new UserError(problems).message).toBe(
      [
        "Cannot log online: there is no API key for api.wandb.ai",
        "  expected  WANDB_API_KEY in the environment, or the host's password in ~/.netrc",
        "  fix       export WANDB_API_KEY=…, or plugins.wandb.mode: offline",
      ].join("\n"),
    );
  });

  test("the key of a server of one's own is found by host and port", () => {
    using folder = temporaryFolder("netrc");
    const netrc = folder.join("netrc");
    writeFileSync(
      netrc,
      `machine api.wandb.ai\n  login user\n  password ${"w".repeat(40)}\nmachine 127.0.0.1:8911 login user password ${KEY}\n`,
    );
    const { settings } = resolve({ base_url: "http://127.0.0.1:8911/" }, { NETRC: netrc });
    expect([settings.mode, settings.baseUrl, settings.apiKey?.reveal()]).toEqual([
      "online",
      "http://127.0.0.1:8911",
      KEY,
    ]);
  });

  test.each([
    ["wandb.example", "wandb.example"],
    ["ftp://wandb.example", "ftp://wandb.example"],
    ["https://user:secret@wandb.example", "a URL with a user or password in it"],
    ["user:secret@wandb.example", "…@wandb.example"],
  ])("the address %p is refused without showing a secret", (base_url, got) => {
    const { settings, problems } = resolve({ base_url }, { WANDB_API_KEY: KEY });
    expect(settings.mode).toBe("offline");
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ where: "plugins.wandb.base_url", got });
    expect(JSON.stringify(problems)).not.toContain("secret");
  });

  test.each([
    ["my/project", "my-project"],
    ["50%: a?", "50- a-"],
    ["x".repeat(129), "x".repeat(128)],
    ["##", "-"],
  ])("the project %p is refused, and the log gets one that W&B takes", (project_name, project) => {
    const { settings, problems } = resolve({}, { WANDB_API_KEY: KEY }, { project_name });
    expect([settings.mode, settings.project]).toEqual(["offline", project]);
    expect(problems[0]).toMatchObject({
      where: "experiment.project_name",
      got: project_name,
      fix: `project_name: ${project}`,
    });
  });

  test("tags that are too long or empty are left out and reported", () => {
    const { settings, problems } = resolve({ mode: "offline" }, {}, { tags: ["ok", "t".repeat(65), " "] });
    expect(settings.tags).toEqual(["ok"]);
    expect(problems.map(({ got }) => got)).toEqual([`${"t".repeat(65)} (65 characters)`, "an empty tag"]);
  });

  test("the key's form is checked, and no message shows the key", () => {
    const short = "sh0rtsecret";
    const { settings, problems } = resolve({ mode: "online" }, { WANDB_API_KEY: short });
    expect(settings.mode).toBe("offline");
    expect(problems).toEqual([
      {
        where: "WANDB_API_KEY",
        message: "Cannot use the W&B API key",
        expected: "at least 40 letters, digits, - or _, as on the page User settings of W&B",
        got: "11 characters",
      },
    ]);
  });

  test("WANDB_NAME and its like only set what they are for; WANDB_DIR is passed over with a note", () => {
    const { settings, notes } = resolve(
      { mode: "offline", name: "shown", group: "g", job_type: "train", entity: "team" },
      { WANDB_DIR: "/elsewhere", WANDB_SWEEP_ID: "sw1", WANDB_RESUME: "auto" },
    );
    expect(settings).toMatchObject({
      displayName: "shown",
      group: "g",
      jobType: "train",
      entity: "team",
      sweepId: "sw1",
      resume: "allow",
      runId: "abc12345",
      notes: "n",
    });
    expect(notes).toEqual(["WANDB_DIR is passed over: a run's W&B log lies in the run's own folder"]);
  });

  test("the run is shown under the experiment's name and its id unless another name is given", () => {
    expect(resolve().settings.displayName).toBe("my run-abc12345");
  });

  test("WANDB_RUN_ID is taken once; a run that is resumed keeps its id", () => {
    expect(resolve({}, { WANDB_RUN_ID: "chosen" }).settings.runId).toBe("chosen");
    const bad = resolve({}, { WANDB_RUN_ID: "a/b" });
    expect(bad.settings.runId).toBe("abc12345");
    expect(bad.problems[0]).toMatchObject({ where: "WANDB_RUN_ID", got: "a/b" });
    const resumed = resolveSettings({
      options: defaultsOf(options),
      experiment: EXPERIMENT,
      runId: "abc12345",
      earlierRunId: "first",
      env: { WANDB_RUN_ID: "other" },
      home: HOME,
    });
    expect(resumed.settings.runId).toBe("first");
    expect(resumed.notes[0]).toBe("WANDB_RUN_ID is passed over: this run goes on as first");
  });

  test("a misspelt WANDB_RESUME is reported with the words there are", () => {
    const { problems, settings } = resolve({}, { WANDB_RESUME: "alow" });
    expect(problems[0]).toMatchObject({ expected: "allow, must, never, auto", got: "alow" });
    expect(settings.resume).toBeNull();
  });
});

describe("ApiKey", () => {
  test("shows itself nowhere", () => {
    const key = new ApiKey(KEY);
    const shown = [String(key), JSON.stringify({ key }), inspect({ key }), `${key}`, Bun.inspect(key)];
    for (const text of shown) expect(text).not.toContain(KEY);
    expect(JSON.stringify(structuredClone({ ...key }))).toBe("{}");
    expect(key.hideIn(`--key=${KEY}`)).toBe("--key=[W&B API key]");
  });

  test.each([
    [KEY, null],
    [`local-${KEY}`, null],
    [`wandb_v1_${"x".repeat(60)}`, null],
    ["aaa.bbb.ccc", null],
    ["local-short", "5 characters"],
    [`${KEY} `, "characters that no key has"],
    ["", "0 characters"],
  ])("keyProblem(%p)", (text, expected) => {
    expect(keyProblem(new ApiKey(text))).toBe(expected);
  });
});

describe("netrcPassword()", () => {
  test.each([
    ["machine h login l password p", "p"],
    ["machine other login l password q\nmachine h\n\tlogin l\n\taccount a\n\tpassword p\n", "p"],
    ['machine h login l password "p q"', "p q"],
    ["# machine h password no\nmachine h password p", "p"],
    ["macdef init\nmachine h password no\n\nmachine h password p", "p"],
    ["macdef init\r\nmachine h password no\r\n\r\nmachine h\r\npassword p\r\n", "p"],
    ["machine h login password password p", "p"],
    ["machine other password q", null],
    ["default login l password q", null],
    ["machine h login l default login l password q", null],
    ["login l password q machine h login l", null],
    ["machine h login l\nmachine other password q", null],
    ["machine h password", null],
    ["", null],
  ])("%p", (text, expected) => {
    expect(netrcPassword(text, "h")).toBe(expected);
  });

  test("findApiKey() prefers the variable, then $NETRC, then the home folder's files", () => {
    using folder = temporaryFolder("home");
    const home = folder.path;
    writeFileSync(join(home, "_netrc"), "machine h password under");
    expect(findApiKey("h", {}, home)).toMatchObject({ source: join(home, "_netrc") });
    writeFileSync(join(home, ".netrc"), "machine h password dot");
    expect(findApiKey("h", {}, home)?.key.reveal()).toBe("dot");
    expect(findApiKey("h", { WANDB_API_KEY: " variable " }, home)?.key.reveal()).toBe("variable");
    expect(findApiKey("h", { NETRC: join(home, "absent") }, home)).toBeNull();
    expect(findApiKey("elsewhere", {}, home)).toBeNull();
  });
});
