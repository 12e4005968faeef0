/**
 * Asks for checkpoints: at the end of every epoch, every few epochs under a name of their own, and whenever
 * the validation F1 is the best so far. The core writes them.
 */

import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import {
  BEST_CHECKPOINT,
  definePlugin,
  epochOfCheckpoint,
  integer,
  LAST_CHECKPOINT,
  periodicCheckpoint,
  periodicCheckpoints,
  RUN_FILES,
} from "../../core/plugin.ts";

export default definePlugin({
  name: "checkpoint",
  critical: true, // a run that cannot save should not go on for hours
  options: {
    save_every_n_epochs: integer({
      default: 10,
      min: 1,
      unit: "epochs",
      help: "Keep checkpoint_epoch_N.pt this often; best.pt and last.pt are kept anyway",
    }),
    keep_last: integer({
      default: null,
      nullable: true,
      min: 1,
      unit: "files",
      help: "Keep only this many of the newest checkpoint_epoch_N.pt; null keeps all. best.pt and last.pt always stay",
    }),
  },
  setup(run, options) {
    return {
      onEpochEnd({ epoch, best }) {
        run.requestCheckpoint(LAST_CHECKPOINT, ["latest"]);
        if (best) run.requestCheckpoint(BEST_CHECKPOINT, ["best"]);
        if (epoch % options.save_every_n_epochs === 0) {
          run.requestCheckpoint(periodicCheckpoint(epoch), [`epoch-${epoch}`]);
        }
      },
      onCheckpoint({ path }) {
        if (options.keep_last === null || epochOfCheckpoint(basename(path)) === null) return;
        const folder = join(run.folder, RUN_FILES.checkpoints);
        for (const old of periodicCheckpoints(readdirSync(folder)).slice(options.keep_last)) {
          rmSync(join(folder, old), { force: true });
        }
      },
      onRunEnd({ status }) {
        // The other two ways end after an epoch, which has saved its state. Here there may be steps after
        // it.
        if (status === "interrupted" || status === "failed") {
          run.requestCheckpoint(LAST_CHECKPOINT, ["latest"]);
        }
      },
    };
  },
});
