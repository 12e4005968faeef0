/** `bun run label <folder>`: shows the sheets of a folder in a browser, to label their tables. */

import { userInfo } from "node:os";
import { relative } from "node:path";
import { defineCommand } from "citty";
import { type ExitCode, usageError } from "../base/problem.ts";
import { counted } from "../base/text-layout.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { runMain } from "../console/command.ts";
import { ProcessConsole } from "../console/console.ts";
import { stopOnSignals } from "../console/stop-signals.ts";
import { findWorkbooks } from "../dataset/find-workbooks.ts";
import { openDetector } from "../detection/open-detector.ts";
import { proposalsOfBlocks, proposalsOfModel } from "../labelling/find-proposals.ts";
import { bundleLabelPage } from "../labelling/label-bundle.ts";
import { labelPlace } from "../labelling/label-place.ts";
import { startLabelServer } from "../labelling/label-server.ts";
import { openLabelStore } from "../labelling/label-store.ts";
import { PRETRAINED } from "../pretrained/locate-pretrained.ts";
import { dataSettings } from "./data/data-settings.ts";
import { share, wholeNumber } from "./define-data-command.ts";
import {
  CHECKPOINT_ARGUMENT,
  DEVICE_ARGUMENT,
  RUNS_ARGUMENT,
  thresholdArgument,
} from "./detection-arguments.ts";
import { openInBrowser } from "./open-in-browser.ts";

/** The last port there is. */
const MOST_PORT = 65_535;

const label = defineCommand({
  meta: { name: "label", description: "Label the tables of your workbooks in a browser" },
  args: {
    folder: {
      type: "positional",
      required: true,
      description: "A folder of workbooks, a dataset's folder, or its name in data.root",
    },
    checkpoint: {
      ...CHECKPOINT_ARGUMENT,
      description: `${CHECKPOINT_ARGUMENT.description} (pretrained)`,
    },
    runs: RUNS_ARGUMENT,
    blocks: { type: "boolean", description: "Propose connected blocks of cells instead, without a network" },
    threshold: thresholdArgument("a proposed table"),
    device: DEVICE_ARGUMENT,
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
    port: { type: "string", valueHint: "number", description: "The port to listen at (any that is free)" },
    open: { type: "boolean", description: "Open the page in the browser" },
  },
  async run({ args }): Promise<ExitCode> {
    const port = wholeNumber("port", args.port, 0, MOST_PORT) ?? 0;
    const scoreThreshold = share("threshold", args.threshold);
    if (args.blocks && ((args.checkpoint ?? args.threshold) !== undefined || args.device !== "auto")) {
      const got = "--blocks, which needs no network, and an option of one";
      const expected = "one way: a network with its options, or --blocks without them";
      const fix = "leave out --blocks, or --checkpoint, --threshold and --device";
      throw usageError({ message: "Cannot tell how to find the tables", expected, got, fix });
    }
    const place = labelPlace(args.folder, dataSettings(undefined, []).root, args.output);
    if (findWorkbooks(place.files).length === 0) {
      const expected = ".xlsx, .xlsm, .xltx, .csv or other workbooks, in it or in folders below";
      const [got, fix] = ["none", "put the workbooks there, or name another folder"];
      throw usageError({ file: place.files, message: "Cannot find a workbook to label", expected, got, fix });
    }
    const weights = args.blocks ? null : locateCheckpoint(args.checkpoint ?? PRETRAINED, { runs: args.runs });
    using store = openLabelStore(place.output, { by: args.by ?? userName(), now: () => new Date() });
    const bundle = await bundleLabelPage();
    const console = new ProcessConsole();
    const stop = new AbortController();
    const removeHandlers = stopOnSignals(stop, () => {});
    const ended = new Promise((done) => stop.signal.addEventListener("abort", done));
    try {
      // Apart from this thread, so that the page does not wait for the network.
      await using detector = await openDetector(weights, {
        device: args.device ?? "auto",
        scoreThreshold,
        apart: true,
        warn: (text) => console.warn(text),
      });
      const find = detector ? proposalsOfModel(detector) : proposalsOfBlocks;
      await using server = startLabelServer({ place, store, find, bundle, port });
      console.line(`${counted(server.workbooks, "workbook")} in ${place.files}`);
      console.line(`labels in ${relativePath(place.output)}, written after every change`);
      console.line(`open ${server.address}`);
      console.line("only this machine reaches it, and only with the token in this address; Ctrl-C ends it");
      if (args.open) openInBrowser(server.address, (problem) => console.warn(problem));
      await ended;
      return 0;
    } finally {
      removeHandlers();
      console.close();
    }
  },
});

await runMain(label, process.argv.slice(2));

function relativePath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}

/** Null where the system does not say. */
function userName(): string | null {
  try {
    return userInfo().username || null;
  } catch {
    return null;
  }
}
