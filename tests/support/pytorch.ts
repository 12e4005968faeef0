/** Finds a Python with PyTorch and runs scripts in it. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { skipped } from "./skipped.ts";

/** A Python with PyTorch in it, to compare with. */
export interface PyTorch {
  readonly version: string;
  /**
   * Runs a script with arguments and returns the JSON that it prints. @throws {Error} With what it wrote on
   * stderr.
   */
  run(script: string, ...args: string[]): unknown;
}

/** The reference network in PyTorch, beside the project; null where it is absent. */
export function referenceFolder(): string | null {
  const folder = join(PROJECT_ROOT, "..", "shared", "reference");
  return existsSync(join(folder, "table_detector.py")) ? folder : null;
}

/**
 * The Python of PYTORCH_PYTHON, or python3 of the path or the system; null, with a notice, if none has
 * PyTorch.
 */
export function findPyTorch(): PyTorch | null {
  const candidates = [process.env.PYTORCH_PYTHON, "python3", "/usr/bin/python3"].filter(
    (path) => path !== undefined,
  );
  for (const python of candidates) {
    const { status, stdout } = spawnSync(python, ["-c", "import torch; print(torch.__version__)"], {
      encoding: "utf8",
    });
    if (status === 0) return { version: stdout.trim(), run: (...args) => runScript(python, args) };
  }
  skipped("tests against PyTorch", "no python3 with torch; PYTORCH_PYTHON names one");
  return null;
}

function runScript(python: string, args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(python, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONWARNINGS: "ignore", PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" },
  });
  if (status !== 0) throw new Error(`${args[0]} failed:\n${stderr}`);
  return JSON.parse(stdout);
}
