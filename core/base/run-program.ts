/** Runs another program and collects its output. */

import { spawn } from "node:child_process";

/** How a program ended. `output` is what it printed on both streams, the last 100,000 characters at most. */
export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a program to its end.
 *
 * @param options.onOutput Gets the output piece by piece, while the program runs.
 * @returns `code` is null if the program could not be started, and `output` then says why; -1 if a
 *   signal ended it.
 */
export function runProgram(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string | undefined>; onOutput?: (text: string) => void } = {},
): Promise<ProgramResult> {
  return new Promise((done) => {
    const [program, ...args] = command;
    const child = spawn(program as string, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const gather = (chunk: Buffer) => {
      const text = chunk.toString();
      output = (output + text).slice(-100_000);
      options.onOutput?.(text);
    };
    child.stdout.on("data", gather);
    child.stderr.on("data", gather);
    child.on("error", (error) => done({ code: null, output: error.message }));
    child.on("close", (code) => done({ code: code ?? -1, output }));
  });
}
