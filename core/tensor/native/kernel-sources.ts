/**
 * The sources of the project's kernels, and the check that a library was built from them for this
 * processor.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { NativeInstallation } from "./installation.ts";

/** The absolute paths of the sources and headers, sorted. */
export function kernelSources(): string[] {
  const folder = join(import.meta.dir, "kernels");
  return readdirSync(folder)
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** The SHA-256 of all sources, in hexadecimal. */
export function kernelSourceHash(): string {
  const hash = createHash("sha256");
  for (const path of kernelSources()) hash.update(readFileSync(path));
  return hash.digest("hex");
}

/** The processor that kernels are compiled for: another one may lack their instructions. */
export function processorName(): string {
  return cpus()[0]?.model ?? process.arch;
}

/** Why the kernels of an installation must not be loaded on this machine; null if they can be. */
export function kernelsProblem({ kernels, record }: NativeInstallation): string | null {
  if (kernels === null) return "the project's kernels are not built";
  if (record?.kernels !== kernelSourceHash()) return "the project's kernels were built from other sources";
  if (record.processor !== processorName()) return `the project's kernels were built for ${record.processor}`;
  return null;
}
