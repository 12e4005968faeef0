/** `bun run data cache`: prints the size of the feature cache, or empties it. */

import type { ExitCode } from "../../base/problem.ts";
import { usageError } from "../../base/problem.ts";
import { counted, formatBytes } from "../../base/text-layout.ts";
import { clearGridCache, gridCacheSize } from "../../features/grid-cache.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import { defineDataCommand } from "../define-data-command.ts";

export const cache = defineDataCommand({
  name: "data cache",
  description: "Print the size of the feature cache, or empty it",
  args: {
    size: { type: "boolean", description: "Print its size, as without any option" },
    clear: { type: "boolean", description: "Empty it; grids are built again when they are needed" },
    json: { type: "boolean", description: "Print one JSON object" },
    folder: { type: "string", valueHint: "folder", description: "Another cache folder than the project's" },
  },
  sections: [],
  run(args): ExitCode {
    if (args.size && args.clear) {
      const message = "Cannot both measure and empty the cache";
      const fix = "--clear, which prints the size too";
      throw usageError({ message, expected: "one of --size and --clear", got: "both", fix });
    }
    const folder = args.folder ?? featureCacheFolder();
    const { files, bytes } = gridCacheSize(folder);
    if (args.clear) clearGridCache(folder);
    const verb = args.clear ? "deleted " : "";
    const text = `${verb}${counted(files, "workbook")}, ${formatBytes(bytes)} in ${folder}`;
    const facts = { folder, workbooks: files, bytes, cleared: Boolean(args.clear) };
    process.stdout.write(`${args.json ? JSON.stringify(facts) : text}\n`);
    return 0;
  },
});
