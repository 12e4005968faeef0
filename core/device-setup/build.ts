/** Compiles the binding against TensorFlow's headers, and the project's own kernels. */

import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../base/problem.ts";
import { runProgram } from "../base/run-program.ts";
import { LAYOUT } from "../tensor/native/installation.ts";
import { kernelSources } from "../tensor/native/kernel-sources.ts";
import { findLibrary } from "./plan.ts";
import type { Compiler } from "./tools.ts";

/** The input of a build. */
export interface BuildInput {
  readonly compiler: Compiler;
  /** The installation: it has libraries in deps/lib/ and headers in include/; the build writes lib/. */
  readonly folder: string;
  /** The npm package with the binding's sources. */
  readonly packageFolder: string;
}

const APPLE = process.platform === "darwin";

/**
 * Builds the Node-API module.
 *
 * @throws {UserError} With the compiler's first errors.
 */
export async function buildBinding({ compiler, folder, packageFolder }: BuildInput): Promise<void> {
  const output = join(folder, LAYOUT.binding);
  const sources = join(packageFolder, "binding");
  mkdirSync(dirname(output), { recursive: true });
  await compile(compiler, "the binding", [
    ...["-std=c++17", "-O2", "-fPIC", "-shared", "-DNAPI_VERSION=8"],
    ...[nodeApiHeaders(), ...headerFolders(folder), sources].map((include) => `-I${include}`),
    join(sources, "tfjs_backend.cc"),
    join(sources, "tfjs_binding.cc"),
    ...libraryArguments(folder, join("..", "..", "deps", "lib")),
    // The running program has the functions of Node-API.
    ...(APPLE ? ["-undefined", "dynamic_lookup"] : []),
    ...["-o", output],
  ]);
}

/**
 * Builds the project's kernels for this processor.
 *
 * @throws {UserError} With the compiler's first errors. The device works without the kernels, but slower.
 */
export async function buildKernels({ compiler, folder }: Omit<BuildInput, "packageFolder">): Promise<void> {
  const output = join(folder, LAYOUT.kernels);
  mkdirSync(dirname(output), { recursive: true });
  await compile(compiler, "the project's kernels", [
    ...["-std=c++17", "-O3", "-fPIC", "-shared", "-fno-math-errno", "-fno-trapping-math", "-fopenmp-simd"],
    process.arch === "arm64" ? "-mcpu=native" : "-march=native",
    ...headerFolders(folder).map((include) => `-I${include}`),
    ...kernelSources().filter((path) => path.endsWith(".cc")),
    ...libraryArguments(folder, join("..", "deps", "lib")),
    ...["-o", output],
  ]);
}

async function compile(compiler: Compiler, what: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runProgram([compiler.command, ...args]);
  if (code === 0) return;
  const errors = output.split("\n").filter((line) => /error|undefined|cannot find/i.test(line));
  throw new UserError({
    message: `Cannot build ${what}`,
    expected: `${compiler.command} to compile C++17`,
    got: (errors.length > 0 ? errors : output.trim().split("\n")).slice(0, 5).join("\n"),
    fix: `a newer compiler, named by CXX; this one is ${compiler.version}`,
  });
}

/** The folders of headers: newer releases keep some headers one folder deeper. */
function headerFolders(folder: string): string[] {
  const include = join(folder, "include");
  return [include, join(include, "xla")].filter((path) => existsSync(path));
}

function nodeApiHeaders(): string {
  return join(dirname(Bun.resolveSync("node-api-headers/package.json", import.meta.dir)), "include");
}

/** Links the libraries, and tells the built file where to find them at run time: relative to itself. */
function libraryArguments(folder: string, relative: string): string[] {
  const library = findLibrary(join(folder, "deps"));
  if (library === null) throw new Error(`No TensorFlow library in ${folder}`);
  return [...library, `-Wl,-rpath,${APPLE ? "@loader_path" : "$ORIGIN"}/${relative}`];
}
