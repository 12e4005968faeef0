/**
 * What `bun run verify` counts as used. `knip` starts from these files and reports every file, export and
 * dependency that nothing reaches; with `--production` it starts from the product's own files (marked `!`),
 * so that code which only a test or a benchmark uses shows too.
 */

import type { KnipConfig } from "knip";

/**
 * An export that only tests import is no dead code as long as its own file uses it. `@internal`, with the
 * reason, marks the few that only tests and benchmarks use.
 */
const TESTED_ON_ITS_OWN = { ignoreExportsUsedInFile: true } as const;

export default function config({ production = false }: { production?: boolean }): KnipConfig {
  return {
    entry: [
      "core/commands/*.ts!",
      // Found by their folder's name when a configuration switches them on.
      "plugins/*/plugin.ts!",
      // Started by core/sweep/guarded-process.ts, and loaded by the trainings of a sweep.
      "core/sweep/trial-guard.ts!",
      "core/sweep/report-epochs.ts!",
      // Bundled by core/view/page-bundle.ts.
      "core/view/page/main.tsx!",
      // Bundled by core/labelling/label-bundle.ts.
      "core/labelling/page/main.tsx!",
      // Makes kernels.wasm and records_pb.ts, which are part of the repository.
      "core/tensor/wasm/build.ts!",
      "plugins/wandb/log/generate-records.ts!",
      // In package.json's scripts, which --production does not read.
      ...(production ? ["plugins/wandb/sync.ts!"] : []),
      "bench/*.ts",
      // Started by core/commands/run-tool.ts.
      "tests/**/*.test.ts",
      "tests/house/reference.ts",
      "tests/house/verify.ts",
      // Started by a test as a program of its own.
      "tests/excel/hostile-memory.ts",
      // Started by programs outside of the repository.
      "tests/wandb/stand-in-server/server.ts",
    ],
    project: ["core/**/*.{ts,tsx}!", "plugins/**/*.ts!", "bench/**/*.ts", "tests/**/*.ts"],
    ignoreDependencies: [
      // Headers for the C++ compiler; core/device-setup/build.ts finds their folder by the package's name.
      "node-api-headers",
      // core/commands/run-tool.ts starts it by its path.
      "@biomejs/biome",
    ],
    // Written by a generator, which exports every message of the .proto file.
    ignoreIssues: { "plugins/wandb/log/records_pb.ts": ["exports", "types", "enumMembers"] },
    // A line of this file that nothing needs any more fails as well.
    treatConfigHintsAsErrors: true,
    ...(production ? TESTED_ON_ITS_OWN : {}),
  };
}
