/** Reads event files with TensorBoard's own reader, if Python has it. */

import { join } from "node:path";
import { skipped } from "./skipped.ts";

/** A Python with the package `tensorboard`; null if there is none. */
export const TENSORBOARD_PYTHON = findPython();

if (TENSORBOARD_PYTHON === null) {
  skipped(
    "tests against TensorBoard's reader",
    "no Python with tensorboard; pip install tensorboard, or set TENSORBOARD_PYTHON",
  );
}

/** What TensorBoard reads of a run: names, steps and values. */
export interface TensorboardRun {
  readonly scalars: Record<string, [step: number, value: number | string][]>;
  readonly histograms: Record<
    string,
    { step: number; min: number; max: number; num: number; counts: number[] }[]
  >;
  readonly images: Record<string, { step: number; width: number; height: number; base64: string }[]>;
  readonly texts: Record<string, [step: number, text: string][]>;
}

const READ = `
import base64, json, math, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, TENSORS, IMAGES, SCALARS, HISTOGRAMS
run = EventAccumulator(sys.argv[1], size_guidance={TENSORS: 0, IMAGES: 0, SCALARS: 0, HISTOGRAMS: 0}).Reload()
tags = run.Tags()
encoded = lambda data: base64.b64encode(data).decode()
print(json.dumps({
  "scalars": {t: [[e.step, e.value if math.isfinite(e.value) else str(e.value)] for e in run.Scalars(t)] for t in tags["scalars"]},
  "histograms": {t: [dict(step=e.step, min=e.histogram_value.min, max=e.histogram_value.max,
      num=e.histogram_value.num, counts=list(e.histogram_value.bucket)) for e in run.Histograms(t)]
      for t in tags["histograms"]},
  "images": {t: [dict(step=e.step, width=e.width, height=e.height, base64=encoded(e.encoded_image_string))
      for e in run.Images(t)] for t in tags["images"]},
  "texts": {t: [[e.step, e.tensor_proto.string_val[0].decode()] for e in run.Tensors(t)] for t in tags["tensors"]
      if run.SummaryMetadata(t).plugin_data.plugin_name == "text"},
}))
`;

/** @param folder The folder of the event files. */
export function readWithTensorboard(folder: string): TensorboardRun {
  const command = [TENSORBOARD_PYTHON!, "-c", READ, folder];
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`TensorBoard cannot read ${folder}:\n${stderr}`);
  return JSON.parse(String(stdout));
}

function findPython(): string | null {
  const wanted = process.env.TENSORBOARD_PYTHON;
  const beside = Bun.which("tensorboard");
  for (const python of [wanted, beside && join(beside, "../python"), Bun.which("python3")]) {
    if (!python) continue;
    const { exitCode } = Bun.spawnSync([python, "-c", "import tensorboard.compat.proto"], {
      stderr: "ignore",
    });
    if (exitCode === 0) return python;
  }
  return null;
}
