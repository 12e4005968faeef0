/** Compares the weights of runs. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { LAST_CHECKPOINT, RUN_FILES } from "../../core/base/run-folder-names.ts";
import { type PtMap, PtTensor } from "../../core/checkpoint/pt-value.ts";
import { readPtFile } from "../../core/checkpoint/read-pt.ts";

/** A hash over every weight and optimiser moment in a run's last.pt: equal bits, equal text. */
export function finalWeights(runFolder: string): string {
  const root = readPtFile(join(runFolder, RUN_FILES.checkpoints, LAST_CHECKPOINT)) as PtMap;
  const hash = createHash("sha256");
  const visit = (value: unknown): void => {
    if (value instanceof PtTensor) {
      const { buffer, byteOffset, byteLength } = value.data;
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    } else if (value instanceof Map) {
      for (const [key, child] of value) {
        hash.update(String(key));
        visit(child);
      }
    } else if (Array.isArray(value)) value.forEach(visit);
    else hash.update(String(value));
  };
  for (const key of ["model_state_dict", "optimizer_state_dict", "epoch", "val_metrics", "train_metrics"]) {
    visit(root.get(key));
  }
  return hash.digest("hex");
}
