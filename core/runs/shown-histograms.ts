/** The histograms of a parameter over time, from the record of a run. */

import { binEdges } from "../base/histogram.ts";
import type { HistoryFile } from "./history-file.ts";
import type { Histograms } from "./run-data.ts";

/** More steps than a chart has columns are not read. */
const MOST_STEPS = 200;

/** The names that have histograms, those of the newest record. */
export function histogramNames(history: HistoryFile): readonly string[] {
  const index = history.places("histograms").length - 1;
  return index < 0 ? [] : (history.record("histograms", index)?.names ?? []);
}

/**
 * At most 200 steps, evenly chosen, the newest among them.
 *
 * @param name `gradients/<parameter>`. A name that no record has gives empty lists.
 */
export function readHistograms(history: HistoryFile, name: string): Histograms {
  const places = history.places("histograms");
  const result = { steps: [], epochs: [], edges: [], counts: [] } as {
    -readonly [Key in keyof Histograms]: Histograms[Key][number][];
  };
  for (const index of evenly(places.length, MOST_STEPS)) {
    const record = history.record("histograms", index);
    const at = record?.names.indexOf(name) ?? -1;
    const counts = record?.counts[at];
    if (!record || counts === undefined) continue;
    result.steps.push(places[index]!.step);
    result.epochs.push(places[index]!.epoch);
    result.edges.push(binEdges(record.min[at]!, record.max[at]!, counts.length));
    result.counts.push(counts);
  }
  return result;
}

/** At most `most` of the indices below `count`, ascending; the last one is always among them. */
function evenly(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: most }, (_, index) => Math.round(((index + 1) * count) / most) - 1);
}
