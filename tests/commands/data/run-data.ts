import { join } from "node:path";
import { PROJECT_ROOT } from "../../../core/base/project-root.ts";

export interface DataResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param cwd Where the command is given. */
export async function runData(cwd: string, ...args: readonly string[]): Promise<DataResult> {
  const process_ = Bun.spawn([process.execPath, join(PROJECT_ROOT, "core", "commands", "data.ts"), ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: "1" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(process_.stdout).text(),
    new Response(process_.stderr).text(),
  ]);
  return { code: await process_.exited, stdout, stderr };
}
