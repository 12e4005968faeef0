/**
 * Keeps a record of the run in its folder that needs no other program: `run.json`, `metrics.jsonl` and
 * `history.jsonl` (docs/run-folder.md). `bun run view`, `report` and `runs` read it.
 */

import { definePlugin, integer } from "../../core/plugin.ts";
import { Recording } from "./recording.ts";

export default definePlugin({
  name: "history",
  order: "post", // checkpoints that others ask for at the end of the run still join the record
  options: {
    histogram_every_n_steps: integer({
      default: 100,
      nullable: true,
      min: 1,
      unit: "gradient steps",
      help: "Keep a histogram of every parameter's gradient this often; null: none",
    }),
    max_validation_sheets: integer({
      default: 500,
      min: 0,
      unit: "sheets",
      help: "Keep the predictions of this many validation sheets in each epoch, the first of the split",
    }),
  },
  setup(run, options) {
    const recording = new Recording(run, options);
    return {
      onRunStart: (event) => recording.onRunStart(event),
      onGradStep: (event) => recording.onGradStep(event),
      onValidationEnd: (event) => recording.onValidationEnd(event),
      onEpochEnd: (event) => recording.onEpochEnd(event),
      onLog: (event) => recording.onLog(event),
      onCheckpoint: (event) => recording.onCheckpoint(event),
      onRunEnd: (event) => recording.onRunEnd(event),
      saveState: () => recording.saveState(),
    };
  },
});
