/** Tests how the command that was given is named in messages. */

import { expect, test } from "bun:test";
import { commandLine, managerLine, startOf } from "../../core/base/command-line.ts";

/** What npx sets for the programs that it starts. */
const NPX = {
  npm_config_user_agent: "npm/11.19.1 node/v20.20.2 linux x64 workspaces/false",
  PATH: "/home/me/project/node_modules/.bin:/home/me/.npm/_npx/8666902f26f2dc1a/node_modules/.bin:/usr/bin",
};

test("startOf() is bun run where Bun started the script itself, whoever started Bun", () => {
  expect(startOf({})).toBe("bun run");
  const agent = "bun/1.4.5 npm/? node/v26.3.0 linux x64";
  expect(startOf({ npm_config_user_agent: agent, PATH: "/usr/local/bin:/usr/bin" })).toBe("bun run");
  // `npm run train`: the script calls a bun that is on the path
  expect(startOf({ ...NPX, PATH: "/home/me/project/node_modules/.bin:/usr/local/bin" })).toBe("bun run");
  // Bun from a shell that npx once started
  expect(startOf({ ...NPX, npm_config_user_agent: agent })).toBe("bun run");
});

test("startOf() repeats npx, with the version of Bun and without a question or a look for the network", () => {
  const command = "npx --yes --prefer-offline bun@1.4.5 run";
  expect(startOf(NPX, "1.4.5")).toBe(command);
  const windows =
    "C:\\Users\\me\\AppData\\Local\\npm-cache\\_npx\\8666902f26f2dc1a\\node_modules\\.bin;C:\\Windows";
  expect(startOf({ ...NPX, PATH: windows }, "1.4.5")).toBe(command);
});

test("commandLine() quotes the arguments that need it", () => {
  expect(commandLine("train", "--resume", "runs/mine 2026-11-23 12:00")).toEndWith(
    ' run train --resume "runs/mine 2026-11-23 12:00"',
  );
});

test("managerLine() calls Bun without run", () => {
  expect(managerLine("install")).toBe("bun install");
});

test("startOf() is the package's own program where the project is installed as a package", () => {
  expect(startOf({}, "1.4.5", true)).toBe("bunx tablesense2");
  expect(startOf({ npm_config_user_agent: "bun/1.4.5 npm/? node/v26.3.0" }, "1.4.5", true)).toBe(
    "bunx tablesense2",
  );
  expect(startOf(NPX, "1.4.5", true)).toBe("npx tablesense2");
});
