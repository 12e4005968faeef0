/** Finds W&B's Python client and runs it against a server. */

import { dirname, join } from "node:path";
import { skipped } from "./skipped.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The `wandb` command; null where there is none. */
export const WANDB_CLI: string | null = process.env.WANDB_CLI || Bun.which("wandb");

if (WANDB_CLI === null) {
  skipped("tests against W&B's Python client", "no wandb; pip install wandb, or set WANDB_CLI");
}

/**
 * Runs `wandb …` against a server and returns what it printed. It exits with 0 whatever happened: look at
 * the result.
 */
export function wandb(args: readonly string[], url: string, apiKey: string): Promise<string> {
  return run([WANDB_CLI!, ...args], url, apiKey);
}

/** Runs a Python program with the client's interpreter. */
export function python(program: string, url: string, apiKey: string): Promise<string> {
  return run([join(dirname(WANDB_CLI!), "python"), "-c", program], url, apiKey);
}

async function run(cmd: string[], url: string, apiKey: string): Promise<string> {
  using folder = temporaryFolder("wandb-home");
  const home = folder.path;
  const process_ = Bun.spawn({
    cmd,
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      WANDB_BASE_URL: url,
      WANDB_API_KEY: apiKey,
      WANDB_ERROR_REPORTING: "false",
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  const texts = await Promise.all(
    [process_.stdout, process_.stderr].map((pipe) => new Response(pipe).text()),
  );
  await process_.exited;
  return texts.join("");
}
