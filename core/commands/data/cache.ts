/** `bun run data cache`: prints the size of what is kept of workbooks, or deletes it. */

import { type ExitCode, UserError, usageError } from "../../base/problem.ts";
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
      description: "Only this feature cache, instead of the project's caches",
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
    if (args.clear) {
      empty(folder, clearGridCache);
      if (proposals) empty(proposals.folder, clearProposalCache);
    }
    const line = (what: string, size: number, where: string) =>
      `${args.clear ? "deleted " : ""}${what}, ${formatBytes(size)} in ${where}\n`;
    const facts = { folder, workbooks: files, bytes, cleared: Boolean(args.clear), proposals };
    const ofProposals = proposals?.files
      ? line(
          counted(proposals.files, "file of proposals", "files of proposals"),
          proposals.bytes,
          proposals.folder,
        )
      : "";
    const text = line(counted(files, "workbook"), bytes, folder) + ofProposals;
    process.stdout.write(args.json ? `${JSON.stringify(facts)}\n` : text);
    return 0;
  },
});

/** @throws {UserError} If a file of the cache cannot be deleted. */
function empty(folder: string, clear: (folder: string) => number): void {
  try {
    clear(folder);
  } catch (cause) {
    const [message, got] = ["Cannot empty the cache", (cause as Error).message];
    throw new UserError({ file: folder, message, got, fix: "make the folder writable" }, { cause });
  }
}

function sizeOfProposals(): { folder: string; files: number; bytes: number } {
  const folder = proposalsFolder();
  return { folder, ...proposalCacheSize(folder) };
}
