/**
 * Makes records_pb.ts from records.proto; only needed after a change there, and needs the package registry.
 *
 * usage: bun plugins/wandb/log/generate-records.ts
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

if (import.meta.main) {
  const here = import.meta.dir;
  const tools = mkdtempSync(join(tmpdir(), "protobuf-tools-"));
  try {
    await Bun.write(join(tools, "package.json"), "{}");
    // The generator has the version of the runtime (@bufbuild/protobuf) in package.json.
    run(["bun", "add", "--exact", "@bufbuild/buf@1.75.0", "@bufbuild/protoc-gen-es@2.17.0"], tools);
    const bin = join(tools, "node_modules", ".bin");
    const plugin = { local: join(bin, "protoc-gen-es"), opt: ["target=ts", "import_extension=ts"], out: "." };
    const template = JSON.stringify({ version: "v2", plugins: [plugin] });
    run([join(bin, "buf"), "generate", "--path", "records.proto", "--template", template, "."], here);
    run(["bunx", "biome", "check", "--write", "records_pb.ts"], here);
  } finally {
    rmSync(tools, { recursive: true, force: true });
  }
}

function run(cmd: string[], cwd: string): void {
  const { exitCode } = Bun.spawnSync(cmd, { cwd, stdout: "inherit", stderr: "inherit" });
  if (exitCode !== 0) throw new Error(`${cmd[0]} failed with exit code ${exitCode}`);
}
