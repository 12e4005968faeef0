/** `bun run data cache`: prints the size of what is kept of workbooks, or deletes it. */

import type { ExitCode } from "../../base/problem.ts";
import { usageError } from "../../base/problem.ts";
import { counted, formatBytes } from "../../base/text-layout.ts";
import { clearGridCache, gridCacheSize } from "../../features/grid-cache.ts";
import { featureCacheFolder } from "../../features/load-grids.ts";
import { clearProposalCache, proposalCacheSize, proposalsFolder } from "../../labelling/proposal-cache.ts";
import { defineDataCommand } from "../define-data-command.ts";

export const cache = defineDataCommand({
  name: "data cache",
  description: "Print the size of the caches of features and proposals, or empty them",
  args: {
    size: { type: "boolean", description: "Print their size, as without any option" },
    clear: { type: "boolean", description: "Empty them; what they held is made again when it is needed" },
    json: { type: "boolean", description: "Print one JSON object" },
    folder: {
      type: "string",
      valueHint: "folder",
      description: "Another feature cache than the project's, alone",
    },
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
    const proposals = args.folder === undefined ? sizeOfProposals() : null;
    if (args.clear) clearGridCache(folder);
    if (args.clear && proposals) clearProposalCache(proposals.folder);
    const line = (size: CacheSize, what: string) =>
      `${args.clear ? "deleted " : ""}${what}${counted(size.workbooks, "workbook")}, ` +
      `${formatBytes(size.bytes)} in ${size.folder}\n`;
    const facts = { folder, workbooks: files, bytes, cleared: Boolean(args.clear), proposals };
    const text = line(facts, "") + (proposals?.workbooks ? line(proposals, "proposals for ") : "");
    process.stdout.write(args.json ? `${JSON.stringify(facts)}\n` : text);
    return 0;
  },
});

interface CacheSize {
  readonly folder: string;
  readonly workbooks: number;
  readonly bytes: number;
}

function sizeOfProposals(): CacheSize {
  const folder = proposalsFolder();
  const { files, bytes } = proposalCacheSize(folder);
  return { folder, workbooks: files, bytes };
}
