/** `bun run predict merge <shard.jsonl> …`: one output of those of all shards. */

import type { ExitCode } from "../../base/problem.ts";
import { counted } from "../../base/text-layout.ts";
import { StderrConsole } from "../../console/stderr-console.ts";
import { InputFiles } from "../../files/input-files.ts";
import { OVERWRITE_ARGUMENT, outputPlace } from "../../files/output-place.ts";
import { writeOutput } from "../../files/write-output.ts";
import { writtenLine } from "../../files/written-line.ts";
import { mergeShards } from "../../prediction/shards/merge-shards.ts";
import { defineDataCommand } from "../define-data-command.ts";

export const merge = defineDataCommand({
  name: "predict merge",
  description: "Make one .jsonl of the outputs of all shards; every workbook has to be there exactly once",
  args: {
    shards: {
      type: "positional",
      required: true,
      valueHint: "shard.jsonl …",
      description: "The outputs of predict --shard, in any order",
    },
    output: { type: "string", valueHint: "file", description: "Write to this file (standard output)" },
    overwrite: OVERWRITE_ARGUMENT,
  },
  sections: [],
  run(args): ExitCode {
    const inputs = new InputFiles().add("shard", args._);
    const place = outputPlace(args.output ?? "-", {
      what: "the merged predictions",
      another: "--output another file",
      endings: [".jsonl", ".ndjson"],
      inputs,
      overwrite: args.overwrite === true,
      // Whether it holds these predictions is not checked: others may be needed.
      isOwn: () => false,
    });
    const { lines, failed } = mergeShards(args._);
    const line = place.kind === "file" ? `${writtenLine(place.path)}: ` : "";
    writeOutput(place, lines, {
      message: "Cannot write the merged predictions",
      fix: "--output another file",
    });
    const counts = `${counted(lines.length, "workbook")} of ${counted(args._.length, "shard")}`;
    new StderrConsole().line(`${line}${counts}${failed > 0 ? `, ${failed} failed` : ""}`);
    return failed > 0 ? 1 : 0;
  },
});
