/** Runs a program of the machine and gathers what it prints. */

import { spawn } from "node:child_process";

/** How a program ended. `output` is what it printed, both streams together. */
export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a program to its end.
 *
 * @returns Code null if it could not be started; `output` then says why.
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
