/** Tests when packages are installed, which, and that one process at a time does it. */

import { beforeEach, expect, test } from "bun:test";
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../core/base/problem.ts";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import type { ProgramResult } from "../../core/base/run-program.ts";
import { acquireFolderLock } from "../../core/files/folder-lock.ts";
import { installPackages } from "../../core/packages/install-packages.ts";
import { isInstalled, stampPath } from "../../core/packages/stamp.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const temporary = sharedFolder("packages");
let root: string;
beforeEach(() => {
  root = temporary.emptyFolder();
  write("bun.lock", "{}");
  write("package.json", JSON.stringify({ dependencies: { yaml: "2.9.1" } }));
});

function write(name: string, text: string): void {
  temporary.write(join(root.slice(temporary.path.length + 1), name), text);
}

const DONE: ProgramResult = { code: 0, output: "" };
const OFFLINE: ProgramResult = { code: 1, output: "error: ConnectionRefused downloading tarball a@1" };

/** Installs with a stand-in for the package manager, which gives its arguments. */
async function install(
  set: "small" | "devices" | "all",
  { result = DONE, force = false }: { result?: ProgramResult; force?: boolean } = {},
): Promise<string[]> {
  const calls: string[] = [];
  const run = async (command: readonly string[]) => {
    calls.push(command.slice(1).join(" "));
    return result;
  };
  await installPackages(set, { root, force, run, say: () => {} });
  return calls;
}

const SMALL = "install --frozen-lockfile --no-progress --production --omit=optional";
const DEVICES = "install --frozen-lockfile --no-progress --production";
const ALL = "install --frozen-lockfile --no-progress";

test("a set is installed once, and a larger one when it is asked for", async () => {
  expect(await install("small")).toEqual([SMALL]);
  expect(await install("small")).toEqual([]);
  expect(await install("devices")).toEqual([DEVICES]);
  expect(await install("all")).toEqual([ALL]);
  expect(await install("small")).toEqual([]);
  expect(await install("all")).toEqual([]);
});

test("another lock file brings the largest set up to date that was installed", async () => {
  await install("all");
  write("bun.lock", "{ }");
  expect(await install("small")).toEqual([ALL]);
  expect(await install("small")).toEqual([]);
});

test("of package.json only what names packages counts", async () => {
  await install("small");
  write(
    "package.json",
    JSON.stringify({ name: "other", dependencies: { yaml: "2.9.1" }, scripts: { a: "b" } }),
  );
  expect(await install("small")).toEqual([]);
  write("package.json", JSON.stringify({ dependencies: { yaml: "2.9.2" } }));
  expect(await install("small")).toEqual([SMALL]);
});

test("packages that Bun installed without a note are kept up to date too", async () => {
  write("node_modules/citty/package.json", "{}");
  write("node_modules/typescript/package.json", "{}");
  expect(await install("small")).toEqual([ALL]);
});

test("a larger set that cannot be installed leaves the smaller one usable", async () => {
  await install("small");
  expect(install("all", { result: OFFLINE })).rejects.toThrow("ConnectionRefused");
  expect(await isInstalled("small", root)).toBe(true);
  expect(await isInstalled("all", root)).toBe(false);
});

test("--force installs again, and what it leaves half done counts as nothing", async () => {
  await install("all");
  expect(install("small", { result: OFFLINE, force: true })).rejects.toThrow("ConnectionRefused");
  expect(await isInstalled("small", root)).toBe(false);
  expect(await install("small", { force: true })).toEqual([`${ALL} --force`]);
  expect(await install("all")).toEqual([]);
});

test("a damaged note, or one of another program, counts as none", async () => {
  for (const text of ["", "{", "null", '{"set":"none","source":"x"}', '{"set":"all"}']) {
    write("node_modules/.installed-set.json", text);
    expect([text, await isInstalled("small", root)]).toEqual([text, false]);
  }
  expect(await isInstalled("other", root)).toBe(false);
});

test("of two processes that start at once one installs, and the other waits for it", async () => {
  await install("small");
  const lock = acquireFolderLock(join(root, ".cache/packages"), "install the packages");
  const said: string[] = [];
  const { promise: isWaiting, resolve } = Promise.withResolvers<void>();
  const say = (line: string) => {
    said.push(line);
    resolve();
  };
  let calls = 0;
  const run = async () => {
    calls++;
    return DONE;
  };
  write("bun.lock", "{ }");
  const second = installPackages("small", { root, run, say });
  await isWaiting;
  write("bun.lock", "{}"); // as if the first had just installed from this lock file
  lock.release();
  await second;
  expect(said).toEqual(["another command is installing the packages: waiting for it"]);
  expect(calls).toBe(0);
});

test("a line says what takes the time, and how much comes", async () => {
  await install("small");
  const { promise: isSaid, resolve } = Promise.withResolvers<string>();
  const run = async () => {
    await isSaid;
    return DONE;
  };
  await installPackages("all", { root, run, say: resolve });
  expect(await isSaid).toBe("installing packages (once, about 554 MB) …");
});

test("a project that cannot be written to is asked about at every start, without an error", async () => {
  write(".cache", "a file where the folder should be");
  write("node_modules", "the same");
  expect(await install("small")).toEqual([SMALL]);
  expect(await install("small")).toEqual([SMALL]);
});

/** Bun itself, without its cache and without a registry. */
async function installForReal(change: (text: string) => string): Promise<UserError> {
  cpSync(join(PROJECT_ROOT, "bun.lock"), join(root, "bun.lock"));
  write("package.json", change(await Bun.file(join(PROJECT_ROOT, "package.json")).text()));
  const cache = join(root, "cache");
  write(
    "bunfig.toml",
    `[install]\nregistry = "http://127.0.0.1:9"\ncache = { dir = ${JSON.stringify(cache)} }\n`,
  );
  const error = await installPackages("small", { root, say: () => {} }).then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(existsSync(stampPath(root))).toBe(false);
  rmSync(cache, { recursive: true, force: true });
  return error as UserError;
}

test("a registry that cannot be reached: the packages, and what to do", async () => {
  const { message, exitCode } = await installForReal((text) => text);
  expect(message).toMatch(/got {7}error: ConnectionRefused downloading tarball \S+@\d/);
  expect(message).toMatch(/and \d+ more like these\n {2}fix {7}connect and try again/);
  expect(exitCode).toBe(1);
});

test("a lock file of another package.json: what differs, and exit code 2", async () => {
  const { message, exitCode } = await installForReal((text) => text.replace('"citty": "0.2.2",', ""));
  expect(message).toMatch(/got {7}dependencies in package\.json changed since bun\.lock was saved: .*citty/);
  expect(message).toContain("fix       git checkout package.json bun.lock;");
  expect(exitCode).toBe(2);
});
