/** Reads the text of a configuration file, and guesses which file was meant if there is none. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, relative, resolve } from "node:path";
import { nearest } from "../base/nearest.ts";
import { type Problem, UserError } from "../base/problem.ts";

/** No configuration is this long; a checkpoint or a workbook that is named by mistake may be. */
const MAX_BYTES = 1_048_576;

/**
 * Reads the text of a configuration.
 *
 * @param path As the user gave it, relative to `cwd`.
 * @throws {UserError} Exit code 2: the file is missing, a folder, not readable, too long or not UTF-8.
 */
export function readConfigText(path: string, cwd: string): string {
  const absolute = resolve(cwd, path);
  const fail = (problem: Omit<Problem, "file">, cause?: unknown) =>
    new UserError({ file: path, ...problem }, { exitCode: 2, cause });
  const message = "Cannot read the configuration";
  const expected = "a YAML file";
  let bytes: Uint8Array;
  try {
    const stat = statSync(absolute);
    if (stat.isDirectory()) {
      const inside = yamlFilesOf(absolute).map((name) => shown(join(absolute, name), cwd));
      const fix = inside.length > 0 ? `one of its files: ${inside.join(", ")}` : "name a file";
      throw fail({ message, expected, got: `a folder, ${absolute}`, fix });
    }
    if (stat.size > MAX_BYTES) throw fail({ message, expected, got: `a file of ${stat.size} bytes` });
    bytes = readFileSync(absolute);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") {
      throw fail({ message, expected, got: `${absolute}: ${(error as Error).message}` }, error);
    }
    throw fail({ message, expected, got: `nothing at ${absolute}`, fix: similarFile(absolute, cwd) });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw fail({ message, expected: "a YAML file in UTF-8", got: "bytes that are not UTF-8 text" }, cause);
  }
}

/** The configuration that a wrong path probably means: a file in the same folder, else one in `configs/`. */
function similarFile(absolute: string, cwd: string): string | undefined {
  const wanted = absolute.slice(dirname(absolute).length + 1);
  const stem = wanted.slice(0, wanted.length - extname(wanted).length);
  for (const folder of [dirname(absolute), join(cwd, "configs")]) {
    const files = yamlFilesOf(folder);
    const same = files.find((name) => name.slice(0, -extname(name).length) === stem);
    const near = same ?? nearest(wanted, files) ?? nearest(stem, files);
    if (near) return shown(join(folder, near), cwd);
  }
  const files = yamlFilesOf(join(cwd, "configs")).map((name) => shown(join(cwd, "configs", name), cwd));
  return files.length > 0 ? `one of ${files.join(", ")}` : undefined;
}

function yamlFilesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/i.test(name))
      .sort();
  } catch {
    return [];
  }
}

function shown(path: string, cwd: string): string {
  const fromHere = relative(cwd, path);
  return fromHere.startsWith("..") ? path : fromHere;
}
