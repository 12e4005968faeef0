/**
 * Asks for checkpoints: at the end of every epoch and, if wanted, every few steps or minutes; every few
 * epochs under a name of their own; and whenever an epoch is the best so far. The core writes them.
 */

import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import {
  BEST_CHECKPOINT,
  definePlugin,
  epochOfCheckpoint,
  integer,
  LAST_CHECKPOINT,
  number,
  periodicCheckpoint,
  periodicCheckpoints,
  RUN_FILES,
} from "../../core/plugin.ts";

const MINUTE_MS = 60_000;

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
    save_every_n_steps: integer({
      default: null,
      nullable: true,
      min: 1,
      unit: "gradient steps",
      help: "Renew last.pt this often within an epoch too; null: only at the end of each epoch",
    }),
    save_every_n_minutes: number({
      default: null,
      nullable: true,
      above: 0,
      unit: "minutes",
      help: "Renew last.pt after this time within an epoch too; null: only at the end of each epoch",
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
    const { save_every_n_steps: steps, save_every_n_minutes: minutes } = options;
    let savedAt = performance.now();
    const saveLast = () => {
      savedAt = performance.now();
      run.requestCheckpoint(LAST_CHECKPOINT, ["latest"]);
    };
    const onGradStep = ({ step }: { readonly step: number }) => {
      const isTime = minutes !== null && performance.now() - savedAt >= minutes * MINUTE_MS;
      if (isTime || (steps !== null && step % steps === 0)) saveLast();
    };
    return {
      ...(steps === null && minutes === null ? {} : { onGradStep }),
      onEpochEnd({ epoch, best }) {
        saveLast();
        if (best) run.requestCheckpoint(BEST_CHECKPOINT, ["best"]);
        if (epoch % options.save_every_n_epochs === 0) {
          run.requestCheckpoint(periodicCheckpoint(epoch), [`epoch-${epoch}`]);
        }
      },
      onCheckpoint({ path }) {
        const epoch = epochOfCheckpoint(basename(path));
        if (options.keep_last === null || epoch === null) return;
        const folder = join(run.folder, RUN_FILES.checkpoints);
        for (const old of newestFirst(readdirSync(folder), epoch).slice(options.keep_last)) {
          rmSync(join(folder, old), { force: true });
        }
      },
      onRunEnd({ status, stopRequests }) {
        // All other runs end after an epoch, which has saved its state. Here there may be steps after it, and
        // the state of a run that plugins have stopped still holds their requests.
        if (status === "interrupted" || status === "failed" || stopRequests !== undefined) {
          saveLast();
        }
      },
    };
  },
});

/**
 * The periodic checkpoints among file names, the one that was just written first. Those of later epochs were
 * written before it: the run was resumed from an earlier checkpoint.
 */
function newestFirst(names: readonly string[], written: number): string[] {
  const all = periodicCheckpoints(names);
  const isLater = (name: string) => epochOfCheckpoint(name)! > written;
  return [...all.filter((name) => !isLater(name)), ...all.filter(isLater)];
}
