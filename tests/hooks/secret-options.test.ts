/** Tests that secret options are kept nowhere, and where they are refused. */

import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { UserError } from "../../core/base/problem.ts";
import { describeOptions, referenceTables } from "../../core/config/describe-options.ts";
import { group, text } from "../../core/config/field.ts";
import { jsonSchema } from "../../core/config/json-schema.ts";
import { withoutSecrets, withSecretByName } from "../../core/config/secret.ts";
import { configText } from "../../core/config/write-config.ts";
import { Workspace } from "../support/workspace.ts";

const space = new Workspace();
afterAll(() => space.dispose());

const TOKEN = "s3cr3t-t0ken";

/** Writes a plugin whose option `chat` has these properties beside its default and its help. */
function plugin(name: string, properties: string): string {
  const chat = `{ kind: "text", default: "", help: "Chat", ${properties} }`;
  return space.write(
    name,
    `export default { name: "p", options: { chat: ${chat}, room: { kind: "text", default: "a" } }, setup: () => ({}) };`,
  );
}

async function problemsOf(load: Promise<unknown>): Promise<string> {
  return load.then(
    () => "no problem",
    (error: UserError) => error.message,
  );
}

describe("a secret option", () => {
  test("reaches its plugin from the environment, and no configuration that is kept", async () => {
    plugin("secret.js", 'secret: true, env: "CHAT"');
    const { config, plugins, notes } = await space.load("plugins: { ./secret.js: true }\n", [], {
      CHAT: TOKEN,
    });
    expect(plugins[0]!.options).toEqual({ chat: TOKEN, room: "a" });
    expect(Object.values(config.plugins)).toEqual([{ room: "a" }]);
    expect(JSON.stringify(config)).not.toContain(TOKEN);
    expect(configText(config, join(space.folder, "run", "configs", "config.yaml"))).not.toContain(TOKEN);
    expect(notes).toEqual(["plugins../secret.js.chat is set by CHAT"]);
  });

  test("is read anew with the configuration that a run keeps, and has its default without the variable", async () => {
    plugin("again.js", 'secret: true, env: "CHAT"');
    const { config } = await space.load("plugins: { ./again.js: true }\n", [], { CHAT: TOKEN });
    const kept = configText(config, join(space.folder, "configs", "config.yaml"));
    expect((await space.load(kept, [], { CHAT: "another" })).plugins[0]!.options).toMatchObject({
      chat: "another",
    });
    expect((await space.load(kept, [], {})).plugins[0]!.options).toMatchObject({ chat: "" });
  });

  test("is refused in a file and on the command line, without a word of its value", async () => {
    plugin("refused.js", 'secret: true, env: "CHAT"');
    const inFile = await problemsOf(space.load(`plugins:\n  ./refused.js:\n    chat: ${TOKEN}\n`));
    expect(inFile).toContain(":3:5  Cannot take plugins../refused.js.chat from here: it is a secret");
    expect(inFile).toContain("export CHAT=…");
    const onLine = await problemsOf(
      space.load("plugins: { ./refused.js: true }\n", [`--plugins../refused.js.chat=${TOKEN}`]),
    );
    expect(onLine).toContain("command line, --plugins../refused.js.chat=…");
    expect(inFile + onLine).not.toContain(TOKEN);
  });

  test("that has a wrong value is reported by its length alone", async () => {
    plugin("long.js", 'secret: true, env: "CHAT", minLength: 40, maxLength: 80');
    const message = await problemsOf(space.load("plugins: { ./long.js: true }\n", [], { CHAT: TOKEN }));
    expect(message).toContain("environment variable CHAT");
    expect(message).toContain("got       a text of 12 characters");
    expect(message).not.toContain(TOKEN);
  });

  test("needs a variable, and does not stand in a list", async () => {
    expect(() => text({ default: "", help: "x", secret: true })).toThrow("needs env");
    plugin("no-variable.js", "secret: true");
    space.write(
      "list.js",
      'export default { name: "p", options: { all: { kind: "list", default: [], of: { kind: "text", secret: true, env: "X" } } }, setup: () => ({}) };',
    );
    for (const name of ["no-variable.js", "list.js"]) {
      expect(await problemsOf(space.load(`plugins: { ./${name}: true }\n`))).toContain(
        `${name} as a plugin: options`,
      );
    }
  });

  test("is in no JSON Schema, and help and reference name its variable", () => {
    const options = { chat: text({ default: "", env: "CHAT", help: "Chat", secret: true }) };
    const described = [{ name: "p", options }];
    expect(JSON.stringify(jsonSchema(described))).not.toContain('"chat"');
    expect(describeOptions(described)).toContain("CHAT=…");
    expect(referenceTables(described)).toContain("secret text, from the environment alone");
  });
});

test.each([
  ["token", "X", true],
  ["chat", "CHAT_TOKEN", true],
  ["db_password", "X", true],
  ["key", "OPENAI_API_KEY", true],
  ["hook", "SLACK_WEBHOOK_URL", true],
  ["tokens_per_line", "TOKENS", false],
  ["entity", "WANDB_ENTITY", false],
])("the option %s from %s counts as a secret by its name: %p", (key, env, expected) => {
  const field = withSecretByName(key, text({ default: "", help: "x", env }));
  expect((field as { secret?: boolean }).secret ?? false).toBe(expected);
});

test("the name of an option without a variable, or with secret: false, makes no secret", () => {
  for (const field of [
    text({ default: "", help: "x" }),
    text({ default: "", help: "x", env: "CHAT_TOKEN", secret: false }),
  ]) {
    expect(withSecretByName("token", field)).toBe(field);
  }
});

test("withoutSecrets() looks into groups and leaves unknown keys alone", () => {
  const secret = text({ default: "", help: "x", env: "X", secret: true });
  const fields = { deep: group({ chat: secret, room: text({ default: "", help: "x" }) }, "Deep") };
  expect(withoutSecrets(fields, { deep: { chat: TOKEN, room: "a" }, other: 1 })).toEqual({
    deep: { room: "a" },
    other: 1,
  });
});
