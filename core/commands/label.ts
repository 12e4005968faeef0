/** `bun run label <folder>`: shows the sheets of a folder in a browser, to label their tables. */

import { userInfo } from "node:os";
import { defineCommand } from "citty";
import type { ExitCode } from "../base/problem.ts";
import { counted } from "../base/text-layout.ts";
import { runMain } from "../console/command.ts";
import { openDetector } from "../detection/open-detector.ts";
import { shortPath } from "../files/written-line.ts";
import { proposalsOfBlocks, proposalsOfModel } from "../labelling/find-proposals.ts";
import { bundleLabelPage } from "../labelling/label-bundle.ts";
import { labelPlace } from "../labelling/label-place.ts";
import { startLabelServer, USUAL_PORT } from "../labelling/label-server.ts";
import { openLabelStore } from "../labelling/label-store.ts";
import { ProposalCache, proposalFolder } from "../labelling/proposal-cache.ts";
import { dataSettings } from "./data/data-settings.ts";
import { share } from "./define-data-command.ts";
import { LABEL_ARGUMENTS, labelledWorkbooks, proposingWeights } from "./label-arguments.ts";
import { OPEN_ARGUMENT, portArgument, portOf, showPage } from "./show-page.ts";

const label = defineCommand({
  meta: { name: "label", description: "Label the tables of your workbooks in a browser" },
  args: {
    ...LABEL_ARGUMENTS,
    output: {
      type: "string",
      valueHint: "file",
      description:
        "The file of the labels (annotations/annotations.jsonl of a dataset's folder, else annotations.jsonl)",
    },
    by: {
      type: "string",
      valueHint: "name",
      description: "Who labels, kept with each label (your user name)",
    },
    port: portArgument(`${USUAL_PORT}, or any that is free while that one is taken`),
    open: OPEN_ARGUMENT,
  },
  async run({ args }): Promise<ExitCode> {
    const port = portOf(args.port);
    const scoreThreshold = share("threshold", args.threshold);
    const weights = proposingWeights(args);
    const place = labelPlace(args.folder, dataSettings(undefined, []).root, args.output);
    labelledWorkbooks(place.files);
    using store = openLabelStore(place.output, { by: args.by ?? userName(), now: () => new Date() });
    const bundle = await bundleLabelPage();
    return await showPage(args.open === true, async (console, shown) => {
      // Apart from this thread, so that the page does not wait for the network.
      await using detector = await openDetector(weights, {
        device: args.device ?? "auto",
        scoreThreshold,
        apart: true,
        warn: (text) => console.warn(text),
      });
      const find = detector ? proposalsOfModel(detector) : proposalsOfBlocks;
      const cache = new ProposalCache(proposalFolder(weights, scoreThreshold));
      await using server = startLabelServer({ place, store, find, cache, bundle, port });
      if (port === null && server.port !== USUAL_PORT) {
        const elsewhere = "changes that a browser keeps for the page at that port are not seen at this one";
        console.warn(`port ${USUAL_PORT} is taken: ${elsewhere}`);
      }
      await shown(server, [
        `${counted(server.workbooks, "workbook")} in ${place.files}`,
        `labels in ${shortPath(place.output)}, written after every change`,
      ]);
    });
  },
});

await runMain(label, process.argv.slice(2));

/** Null where the system does not say. */
function userName(): string | null {
  try {
    return userInfo().username || null;
  } catch {
    return null;
  }
}
