/** `bun run evaluate merge <shard.jsonl> …`: the report of a whole evaluation from those of all shards. */

import { type ExitCode, UserError } from "../../base/problem.ts";
import { interruptible } from "../../console/interruptible.ts";
import { handOutReport } from "../../evaluation/hand-out-report.ts";
import { mergeEvaluation } from "../../evaluation/shards/merge-evaluation.ts";
import { InputFiles } from "../../files/input-files.ts";
import { OVERWRITE_ARGUMENT, outputPlace } from "../../files/output-place.ts";
import { PAGE_RULES } from "../../files/own-page.ts";
import { defineDataCommand, wholeNumber } from "../define-data-command.ts";

export const merge = defineDataCommand({
  name: "evaluate merge",
  description: "Make one report of the outputs of all shards; every workbook has to be there exactly once",
  args: {
    shards: {
      type: "positional",
      required: true,
      valueHint: "shard.jsonl …",
      description: "The outputs of evaluate --shard, in any order",
    },
    json: { type: "boolean", description: "Print one JSON document with everything" },
    html: {
      type: "string",
      valueHint: "file",
      description: "Also write a page; the shards have to be made with --drawings",
    },
    overwrite: OVERWRITE_ARGUMENT,
    worst: { type: "string", valueHint: "number", description: "How many of the worst sheets to name (10)" },
  },
  sections: [],
  run(args): Promise<ExitCode> {
    const worst = wholeNumber("worst", args.worst, 0) ?? 10;
    const inputs = new InputFiles().add("shard", args._);
    const rules = { ...PAGE_RULES, inputs, overwrite: args.overwrite === true };
    const place = args.html === undefined ? null : outputPlace(args.html, rules);
    return interruptible("stopped: nothing was written", async (_, console) => {
      const { report, cards } = mergeEvaluation(args._);
      if (place !== null && cards === null) {
        throw new UserError({
          message: "Cannot write the page: the shards have no drawings of sheets",
          expected: "shards of evaluate --shard with --drawings",
          got: args._[0]!,
          fix: "run all shards again with --drawings, or leave out --html",
        });
      }
      const page = place === null ? null : { place, cards: cards! };
      handOutReport(report, { page, json: args.json === true, worst }, console);
      return 0;
    });
  },
});
