/**
 * Asks for checkpoints: at the end of every epoch, every few epochs under a name of their own, and whenever
 * the validation F1 is the best so far. The core writes them.
 */

import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { definePlugin, integer } from "../../core/plugin.ts";

const PERIODIC = /^checkpoint_epoch_(\d+)\.pt$/;

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
        run.requestCheckpoint("last.pt", ["latest"]);
        if (best) run.requestCheckpoint("best.pt", ["best"]);
        if (epoch % options.save_every_n_epochs === 0) {
          run.requestCheckpoint(`checkpoint_epoch_${epoch}.pt`, [`epoch-${epoch}`]);
        }
      },
      onCheckpoint({ path }) {
        if (options.keep_last === null || !PERIODIC.test(basename(path))) return;
        for (const old of periodicFiles(join(run.folder, "checkpoints")).slice(options.keep_last)) {
          rmSync(old, { force: true });
        }
      },
      onRunEnd({ status }) {
        // The other two ways end after an epoch, which has saved its state. Here there may be steps after
        // it.
        if (status === "interrupted" || status === "failed") run.requestCheckpoint("last.pt", ["latest"]);
      },
    };
  },
});

/** The periodic checkpoints of a folder, the newest epoch first. */
function periodicFiles(folder: string): string[] {
  return readdirSync(folder)
    .map((name) => ({ name, epoch: Number(PERIODIC.exec(name)?.[1] ?? Number.NaN) }))
    .filter(({ epoch }) => !Number.isNaN(epoch))
    .sort((a, b) => b.epoch - a.epoch)
    .map(({ name }) => join(folder, name));
}
