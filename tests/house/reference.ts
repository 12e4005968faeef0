/**
 * Writes every file of the repository that is made from others, or checks that they are current.
 *
 *     bun run reference             writes those that are out of date
 *     bun run reference --check     writes nothing; ends with 1 if one is out of date
 *
 * `kernels.wasm` and `records_pb.ts` are made with tools from the package registry. Without one, their check
 * is skipped with a notice, and writing fails.
 */

import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import { runProgram } from "../../core/base/run-program.ts";
import { generatedFiles } from "../../core/commands/generate-reference.ts";
import { writeFileAtomic } from "../../core/files/write-atomic.ts";
import { compile } from "../../core/tensor/wasm/build.ts";
import { generatedFiles as recordFiles } from "../../plugins/wandb/log/generate-records.ts";
import { skipped } from "../support/skipped.ts";
import { pageWithHooks } from "./hook-table.ts";
import { LIBRARY_TYPES, libraryDeclarations } from "./library-declarations.ts";
import { publicSurface } from "./public-surface.ts";
import { sampleWorkbook } from "./sample-workbook.ts";

type Content = string | Uint8Array;

/** One tool and what it makes. */
interface Generator {
  readonly what: string;
  /** True: it is fetched from the package registry when it runs. */
  readonly needsRegistry: boolean;
  /** The files' full contents, by path. */
  files(): Promise<ReadonlyMap<string, Content>>;
}

const GENERATORS: readonly Generator[] = [
  { what: "the configuration's schema and tables", needsRegistry: false, files: generatedFiles },
  {
    what: "the public surface",
    needsRegistry: false,
    files: async () => new Map([[join(PROJECT_ROOT, "docs/public-surface.md"), await publicSurface()]]),
  },
  { what: "the table of hooks", needsRegistry: false, files: async () => pageWithHooks() },
  {
    what: "the types of the library",
    needsRegistry: false,
    files: async () => new Map([[join(PROJECT_ROOT, LIBRARY_TYPES), await libraryDeclarations()]]),
  },
  {
    what: "the sample workbook",
    needsRegistry: false,
    files: async () => new Map([[join(PROJECT_ROOT, "docs/samples/budget.xlsx"), sampleWorkbook()]]),
  },
  {
    what: "the WebAssembly kernels",
    needsRegistry: true,
    files: async () => new Map([[join(PROJECT_ROOT, "core/tensor/wasm/kernels.wasm"), compile()]]),
  },
  { what: "the records of the W&B log", needsRegistry: true, files: recordFiles },
];

/** The paths, from the project's root, of the files whose content is not the one given. */
export function outdated(files: ReadonlyMap<string, Content>): string[] {
  const isCurrent = ([path, content]: [string, Content]) =>
    existsSync(path) && readFileSync(path).equals(Buffer.from(content as string));
  return [...files].filter((each) => !isCurrent(each)).map(([path]) => relative(PROJECT_ROOT, path));
}

async function hasRegistry(): Promise<boolean> {
  const { code } = await runProgram([process.execPath, "info", "typescript", "version"], {
    cwd: PROJECT_ROOT,
  });
  return code === 0;
}

/** @returns The files that were out of date; with `write`, they now are not. */
async function run({ what, needsRegistry, files }: Generator, write: boolean): Promise<string[]> {
  let made: ReadonlyMap<string, Content>;
  try {
    made = await files();
  } catch (error) {
    if (write || !needsRegistry || (await hasRegistry())) throw error;
    skipped(`check of ${what}`, "its tool cannot be fetched: no package registry");
    return [];
  }
  const paths = outdated(made);
  for (const path of write ? paths : []) {
    writeFileAtomic(join(PROJECT_ROOT, path), made.get(join(PROJECT_ROOT, path))!);
  }
  return paths;
}

if (import.meta.main) {
  const write = !process.argv.includes("--check");
  const paths: string[] = [];
  for (const generator of GENERATORS) paths.push(...(await run(generator, write)));
  for (const path of paths) console.log(`${write ? "wrote" : "out of date:"} ${path}`);
  if (paths.length === 0) console.log("all generated files are current");
  else if (!write) console.log("Run bun run reference.");
  process.exitCode = paths.length > 0 && !write ? 1 : 0;
}
