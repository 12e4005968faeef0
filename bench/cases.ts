/**
 * Says which layouts that detectors fail on a checkpoint finds right: ragged lists, stacked headers, spacer
 * columns, labels far from their values, criteria that are no table.
 *
 * usage: bun bench/cases.ts [CHECKPOINT] [--device auto]
 */

import { table } from "../core/base/text-layout.ts";
import { locateCheckpoint } from "../core/checkpoint/locate-checkpoint.ts";
import { openSheetDetector } from "../core/detection/sheet-detector.ts";
import { layoutCases } from "../tests/support/layout-cases.ts";
import { benchArguments, orEnd } from "./bench-arguments.ts";
import { judgeCases } from "./judge-cases.ts";

const values = benchArguments("cases", {
  checkpoint: {
    type: "positional",
    required: false,
    description: "A run's folder, a checkpoint file, latest or pretrained (pretrained)",
  },
  device: { type: "string", valueHint: "name", default: "auto", description: "Device of the network" },
});
const path = orEnd(() => locateCheckpoint(values.checkpoint ?? "pretrained", {}));
await using detector = await openSheetDetector(path, { device: values.device });
const verdicts = await judgeCases(layoutCases(), (sheets) => detector.detect(sheets));
const rows = verdicts.map(({ name, right, found, isRight }) => [
  name,
  isRight ? "right" : "wrong",
  right.map((answer) => answer.join(" ") || "none").join(" or "),
  found.join(" ") || "none",
]);
console.log(table(["case", "", "right", "found"], rows, 4));
console.log(`${verdicts.filter(({ isRight }) => isRight).length} of ${verdicts.length} right`);
