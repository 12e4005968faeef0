/**
 * Makes records_pb.ts from records.proto. Needed only after a change there. It downloads the generator from
 * the package registry.
 *
 *     bun plugins/wandb/log/generate-records.ts
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROTO = join(import.meta.dir, "records.proto");
const GENERATED = join(import.meta.dir, "records_pb.ts");
/** The generator has the version of the runtime (@bufbuild/protobuf) in package.json. */
const PACKAGES = ["@bufbuild/buf@1.75.0", "@bufbuild/protoc-gen-es@2.17.0"];

/**
 * The generated file's full content by its absolute path; nothing is written there.
 *
 * @throws {Error} If the generator cannot be installed or fails.
 */
export async function generatedFiles(): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "protobuf-tools-"));
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
  await Bun.write(join(folder, "package.json"), "{}");
  run([process.execPath, "add", "--exact", ...PACKAGES], folder);
  await Bun.write(join(folder, "proto/records.proto"), Bun.file(PROTO));
  const bin = join(folder, "node_modules", ".bin");
  const options = ["target=ts", "import_extension=ts"];
  const plugin = { local: join(bin, "protoc-gen-es"), opt: options, out: folder };
  const template = JSON.stringify({ version: "v2", plugins: [plugin] });
  run([join(bin, "buf"), "generate", "--template", template, "proto"], folder);
  const generated = await Bun.file(join(folder, "records_pb.ts")).text();
  return new Map([[GENERATED, formatted(generated)]]);
}

/** The text as `biome check --write` leaves it under the file's final name. */
function formatted(text: string): string {
  const command = [process.execPath, "x", "biome", "check", "--write", `--stdin-file-path=${GENERATED}`];
  return run(command, import.meta.dir, text);
}

/** Runs a command to its end and returns its standard output. */
function run(command: string[], cwd: string, input = ""): string {
  const { exitCode, stdout } = Bun.spawnSync(command, { cwd, stdin: Buffer.from(input), stderr: "inherit" });
  if (exitCode !== 0) throw new Error(`${command[0]} failed with exit code ${exitCode}`);
  return stdout.toString();
}

if (import.meta.main) {
  for (const [path, content] of await generatedFiles()) {
    await Bun.write(path, content);
    console.log(`wrote ${path}`);
  }
}
