/** Programs of the machine that setup works with. */

import { spawn } from "node:child_process";

/** A compiler that builds the binding. */
export interface Compiler {
  /** The command to call: "g++". */
  readonly command: string;
  /** Its own first line about itself. */
  readonly version: string;
}

/** A program that downloads wheels from the index the user's Python is configured for. */
export interface WheelDownloader {
  readonly name: "pip" | "uv";
  /** What to call, program first. */
  readonly command: readonly string[];
  readonly version: string;
}

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

/** The C++ compiler of `CXX`, or the first of g++, clang++ and c++ that runs; null if none does. */
export async function findCompiler(env: NodeJS.ProcessEnv = process.env): Promise<Compiler | null> {
  for (const command of env.CXX ? [env.CXX] : ["g++", "clang++", "c++"]) {
    const { code, output } = await runProgram([command, "--version"]);
    if (code === 0) return { command, version: firstLine(output) };
  }
  return null;
}

/** The user's pip, or uv; null without either. */
export async function findDownloader(): Promise<WheelDownloader | null> {
  for (const command of [["python3", "-m", "pip"], ["pip3"], ["pip"], ["python", "-m", "pip"]]) {
    const { code, output } = await runProgram([...command, "--version"]);
    if (code === 0) return { name: "pip", command, version: firstLine(output) };
  }
  const { code, output } = await runProgram(["uv", "--version"]);
  return code === 0 ? { name: "uv", command: ["uv"], version: firstLine(output) } : null;
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.trim() ?? "";
}
