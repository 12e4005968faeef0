/** `bun run plugin new <name>`: writes a plugin that works, with a test. */

import { existsSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { defineCommand } from "citty";
import { commandLine } from "../base/command-line.ts";
import { type ExitCode, UserError, usageError } from "../base/problem.ts";
import { shellWords } from "../base/shell-words.ts";
import { runMain } from "../console/command.ts";
import { DraftFolder } from "../files/draft-folder.ts";
import { pluginFiles } from "./plugin/plugin-files.ts";

/** What npm takes for a package, and what reads well as a plugin's name. */
const NAME = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/;

const create = defineCommand({
  meta: { description: "Write a folder with a plugin that works, and a test of it" },
  args: {
    name: { type: "positional", required: true, description: "Its name: gradient-guard", valueHint: "name" },
    package: {
      type: "boolean",
      description: "Write an npm package, with a package.json and a README of its own",
    },
    folder: { type: "string", valueHint: "folder", description: "Where the new folder is made (here)" },
  },
  run({ args }): ExitCode {
    const folder = resolve(args.folder ?? ".", args.name);
    if (!NAME.test(args.name)) {
      throw usageError({
        where: "command line",
        message: "Cannot name a plugin like that",
        expected: "small letters and digits, words joined by - or _",
        got: args.name,
        fix: suggestion(args.name),
      });
    }
    if (existsSync(folder)) {
      throw usageError({
        file: folder,
        message: "Cannot write the plugin there",
        expected: "a folder that is not there yet",
        got: "one that is",
        fix: "choose another name, or another place with --folder",
      });
    }
    writeFolder(folder, pluginFiles(args.name, { folder, isPackage: args.package ?? false }));
    const shown = relative(process.cwd(), folder) || ".";
    process.stdout.write(`${nextSteps(args.name, shown.startsWith("..") ? folder : shown, args.package)}\n`);
    return 0;
  },
});

function suggestion(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return NAME.test(words.join("-")) ? words.join("-") : "gradient-guard";
}

/** @throws {UserError} If the folder cannot be written. */
function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  let draft: DraftFolder | null = null;
  try {
    draft = new DraftFolder(folder);
    for (const [name, text] of files) writeFileSync(join(draft.path, name), text);
    draft.commit();
  } catch (cause) {
    draft?.discard();
    throw new UserError(
      {
        file: folder,
        message: "Cannot write the plugin there",
        expected: "a place that can be written to",
        got: (cause as Error).message,
        fix: "choose another place with --folder",
      },
      { cause },
    );
  }
}

/** What to do with the new plugin, as printed. */
function nextSteps(name: string, folder: string, isPackage = false): string {
  const file = `${/^[./]/.test(folder) ? "" : "./"}${folder}/plugin.ts`;
  const train = commandLine("train", "configs/minimal.yaml", `--plugins.${file}=true`);
  return [
    `wrote ${folder}: the plugin ${basename(name)}, and its test`,
    `its test: ${shellWords(["cd", folder])} && bun test`,
    `a training with it: ${train}`,
    ...(isPackage
      ? ["as a package: install it beside a configuration, and name it there; its README.md shows how"]
      : []),
  ].join("\n");
}

const plugin = defineCommand({
  meta: { name: "plugin", description: "Write a new plugin, alone or as a package, with a test" },
  subCommands: { new: create },
});

await runMain(plugin, process.argv.slice(2));
