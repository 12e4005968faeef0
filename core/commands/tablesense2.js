#!/usr/bin/env node
// @ts-check
/**
 * The program `tablesense2` of the installed package: `tablesense2 predict …` is `bun run predict …`. It is
 * plain JavaScript, because npm starts it with Node, and hands the command to Bun, which it finds or brings.
 */

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
/** The oldest Bun that runs the project, and the one that is brought: `1.4.5`. */
const VERSION = manifest.engines.bun.replace(/^\D+/, "");

const [name = "help", ...rest] = process.argv.slice(2);
if (name === "--version" || name === "-v") {
  process.stdout.write(`${manifest.version}\n`);
} else {
  const file = commandFile(name === "--help" || name === "-h" ? "help" : name);
  if (file === null) refuse(name);
  else start([...findBun(), join(ROOT, file), ...rest]);
}

/**
 * The file of a command, from the scripts of package.json; null if the package has no such command.
 *
 * @param {string} command
 * @returns {string | null}
 */
function commandFile(command) {
  const scripts = manifest.scripts ?? {};
  const script = Object.hasOwn(scripts, command) ? scripts[command] : "";
  const found = /^bun ((?:core|plugins)\/\S+\.ts)$/.exec(script);
  return found === null || found[1].endsWith("/setup.ts") ? null : found[1];
}

/** @param {string} given */
function refuse(given) {
  const commands = Object.keys(manifest.scripts).filter((each) => commandFile(each) !== null);
  const isByNpm = (process.env.npm_config_user_agent ?? "").startsWith("npm/");
  process.stderr.write(
    `command line  Cannot start ${given}\n  expected  one of ${commands.join(", ")}\n` +
      `  got       ${given}\n  fix       ${isByNpm ? "npx" : "bunx"} tablesense2 help\n`,
  );
  process.exitCode = 2;
}

/**
 * The words that start Bun: the one that runs this program, the one on the path, the one among the packages,
 * or the one that npx fetches.
 *
 * @returns {string[]}
 */
function findBun() {
  if (process.versions.bun !== undefined && isRecent(process.versions.bun)) return [process.execPath];
  for (const program of ["bun", bunOfPackages()]) {
    if (program === null) continue;
    const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
    if (status === 0 && isRecent(stdout.trim())) return [program];
  }
  return ["npx", "--yes", "--prefer-offline", `bun@${VERSION}`];
}

/**
 * The program of the package `bun`, if somebody has installed it.
 *
 * @returns {string | null}
 */
function bunOfPackages() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("bun/package.json"));
    return join(folder, "bin", "bun.exe"); // its name on every system
  } catch {
    return null;
  }
}

/**
 * @param {string} version
 * @returns {boolean}
 */
function isRecent(version) {
  const numbers = version.split(/\D+/).map(Number);
  const least = VERSION.split(".").map(Number);
  for (const [index, wanted] of least.entries()) {
    if ((numbers[index] ?? 0) !== wanted) return (numbers[index] ?? 0) > wanted;
  }
  return true;
}

/**
 * Runs the command and ends as it does. Signals that reach only this process are passed on.
 *
 * @param {string[]} command
 */
function start([program, ...args]) {
  const isScript = program === "npx" && process.platform === "win32"; // npx.cmd takes a shell
  const words = isScript ? args.map((word) => JSON.stringify(word)) : args;
  /** @type {import("node:child_process").ChildProcess | null} */
  let child = null;
  // Before the command starts: a signal in between would end this process alone.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => child?.kill(signal)); // commands take the same signal twice at once for one
  }
  child = spawn(/** @type {string} */ (program), words, { stdio: "inherit", shell: isScript });
  child.on("error", (error) => {
    process.stderr.write(
      `Cannot start Bun, which runs tablesense2\n  got       ${error.message}\n` +
        `  fix       install Bun ${VERSION} or later (https://bun.sh), or npm, which brings it\n`,
    );
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
