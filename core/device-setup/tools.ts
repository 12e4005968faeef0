/** Finds the programs that setup needs: a compiler and a downloader. */

import { runProgram } from "../base/run-program.ts";

/** A compiler that builds the binding. */
export interface Compiler {
  /** The command: "g++". */
  readonly command: string;
  /** The first line of its version output. */
  readonly version: string;
}

/** A program that downloads wheels from the index that the user has configured. */
export interface WheelDownloader {
  readonly name: "pip" | "uv";
  /** The command line, program first. */
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

/** The user's pip, or else uv; null without either. */
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
