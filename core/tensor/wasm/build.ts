/**
 * Compiles the kernels: `bun core/tensor/wasm/build.ts` writes kernels.wasm beside this file, byte for byte
 * the same on every machine. Run it after a change in kernels/; the built file is part of the repository.
 */

import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../../files/write-atomic.ts";

const COMPILER = "assemblyscript@0.28.20";

/**
 * The sources of the kernels, in AssemblyScript; their extension hides them from the TypeScript compiler.
 */
const SOURCES = join(import.meta.dir, "kernels");

/** The name of the custom section that holds `sourceHash()`. */
export const HASH_SECTION = "source-sha256";

/**
 * The SHA-256, in hexadecimal, of the names and texts of all sources, by which a test knows an outdated
 * file.
 */
export function sourceHash(): string {
  const hash = createHash("sha256").update(COMPILER);
  for (const name of readdirSync(SOURCES).sort()) {
    hash.update(`\0${name}\0`).update(readFileSync(join(SOURCES, name)));
  }
  return hash.digest("hex");
}

/**
 * Compiles the kernels.
 *
 * @returns The bytes of the module.
 * @throws {Error} With the messages of the compiler.
 */
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
        // The memory belongs to the TensorFlow.js backend: no data segments, and no globals.
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

/**
 * Appends a custom section (id 0, size, name length, name, content). All lengths are below 128, so one byte
 * each.
 */
function withSection(module: Uint8Array, name: string, content: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), content]);
  return Buffer.concat([module, Buffer.from([0, body.length]), body]);
}

if (import.meta.main) {
  const bytes = compile();
  writeFileAtomic(join(import.meta.dir, "kernels.wasm"), bytes);
  console.log(`kernels.wasm: ${bytes.length} bytes`);
}
