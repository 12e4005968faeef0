/**
 * Compiles the kernels: `bun core/tensor/wasm/build.ts` writes kernels.wasm beside this file, byte for byte the same on
 * every machine. Only needed after a change in kernels/; the built file is part of the repository.
 */

import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../../files/write-atomic.ts";

const COMPILER = "assemblyscript@0.28.20";

/** The kernels' sources (AssemblyScript; their own extension keeps the TypeScript compiler away from them). */
const SOURCES = join(import.meta.dir, "kernels");

/** Name of the custom section that holds `sourceHash()`. */
export const HASH_SECTION = "source-sha256";

/** SHA-256 over the names and texts of all sources, hex: tells whether the built file is theirs. */
export function sourceHash(): string {
  const hash = createHash("sha256").update(COMPILER);
  for (const name of readdirSync(SOURCES).sort()) {
    hash.update(`\0${name}\0`).update(readFileSync(join(SOURCES, name)));
  }
  return hash.digest("hex");
}

/** @returns The module's bytes. @throws {Error} With the compiler's messages. */
export function compile(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "kernels-"));
  try {
    for (const name of readdirSync(SOURCES)) {
      copyFileSync(join(SOURCES, name), join(folder, name.replace(/\.as$/, ".ts")));
    }
    const output = join(folder, "kernels.wasm");
    const { exitCode, stderr } = Bun.spawnSync({
      cmd: [
        ...[process.execPath, "x", "--package", COMPILER, "asc", "index.ts", "--outFile", output],
        // No data segments and no globals of its own: the memory belongs to the TensorFlow.js backend.
        ...[
          "-O3",
          "--noAssert",
          "--runtime",
          "stub",
          "--importMemory",
          "--noExportMemory",
          "--use",
          "abort=",
        ],
        ...["--enable", "simd"],
      ],
      cwd: folder,
      stderr: "pipe",
    });
    if (exitCode !== 0) throw new Error(`asc failed:\n${stderr}`);
    return withSection(readFileSync(output), HASH_SECTION, Buffer.from(sourceHash()));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Appends a custom section (id 0: size, name length, name, content); all lengths here are below 128, so one byte each. */
function withSection(module: Uint8Array, name: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), content]);
  return Buffer.concat([module, Buffer.from([0, body.length]), body]);
}

if (import.meta.main) {
  const bytes = compile();
  writeFileAtomic(join(import.meta.dir, "kernels.wasm"), bytes);
  console.log(`kernels.wasm: ${bytes.length} bytes`);
}
