/** Programs of the machine that setup works with. */

import { runProgram } from "../base/run-program.ts";

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
