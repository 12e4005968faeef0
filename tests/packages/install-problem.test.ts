/** Tests that each failure of Bun's package manager is recognised, and what its message says to do. */

import { expect, test } from "bun:test";
import { installProblem, sourceProblem } from "../../core/packages/install-problem.ts";
import { packageSource } from "../../core/packages/stamp.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

/** What Bun prints, after its version and before its exit with code 1. */
function problem(output: string, code = 1) {
  const error = installProblem(
    { code, output: `bun install v1.4.5 (a773343)\n${output}\n` },
    "small",
    "/project",
  );
  return { ...error.problems[0]!, exitCode: error.exitCode };
}

test("a disk without space, in the project or in Bun's cache", () => {
  for (const output of [
    "ENOSPC: copying file dist/Pow.d.ts\nENOSPC: failed copying files from cache to destination for package zod",
    'error: ENOSPC extracting tarball for "zod" (at byte 24 of 24)\nerror: Fail extracting tarball from zod',
  ]) {
    const { expected, got, fix, exitCode } = problem(output);
    expect(expected).toStartWith(
      "86 MB of free space here, and as much for Bun's cache (bun pm cache says where)",
    );
    expect(got).toStartWith(output.split("\n")[0]!);
    expect([fix, exitCode]).toEqual(["make room and try again", 1]);
  }
});

test("a folder that cannot be written to", () => {
  const output = 'EROFS: Read-only file system: could not create the "node_modules" directory (mkdir)';
  const { file, got, fix } = problem(output);
  expect([file, got]).toEqual(["/project", output]);
  expect(fix).toStartWith("make them writable");
});

test("a network without names, and a registry that answers with an error", () => {
  for (const output of [
    "error: DNSResolveFailed downloading tarball yaml@2.9.1",
    "error: GET https://registry.example/yaml/-/yaml-2.9.1.tgz - 503",
    "error: UNABLE_TO_GET_ISSUER_CERT_LOCALLY downloading package manifest yaml",
  ]) {
    const { expected, got } = problem(`error: 1\n${output}`);
    expect(expected).toStartWith("a connection to the package registry");
    expect(got).toBe(output);
  }
});

test("a lock file with the marks of a merge", () => {
  const output =
    "30 | <<<<<<< HEAD\n     ^\nerror: Expected string\n    at bun.lock:30:1\nParserError: failed to parse lockfile: 'bun.lock'";
  const { file, got, fix, exitCode } = problem(output);
  expect([file, fix, exitCode]).toEqual(["bun.lock", "git checkout bun.lock", 2]);
  expect(got).toEndWith("at bun.lock:30:1\nand 1 more like it");
});

test("anything else: what Bun printed, or that it printed nothing", () => {
  const known = problem("error: Integrity check failed for tarball zod@4");
  expect(known.got).toBe("error: Integrity check failed for tarball zod@4");
  expect(known.fix).toBe("bun run setup small --force");
  expect(problem("", 137).got).toBe("bun install ended with exit code 137 and printed nothing");
});

test("a lock file that is missing is named", async () => {
  const source = await packageSource(sharedFolder("no-lock").path);
  if (source.isReadable) throw new Error("there is none");
  const error = sourceProblem(source);
  expect(error.message).toStartWith("bun.lock  Cannot install the packages\n");
  expect(error.message).toContain("ENOENT");
  expect(error.exitCode).toBe(2);
});
