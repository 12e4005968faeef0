/** Puts the labels of annotated copies into a dataset of their own. */

import { join } from "node:path";
import { fileSize } from "../../../files/file-state.ts";
import type { DatasetDraft } from "../dataset-draft.ts";
import type { ImportNote, ImportResult } from "../import-result.ts";
import { withoutRectangles } from "./drawn-copy-file.ts";
import { drawnLine } from "./drawn-line.ts";
import type { DrawnLabels } from "./import-drawn.ts";

/**
 * Writes the workbooks into the draft: the originals where they are known, else the copies without their
 * rectangles.
 *
 * @param folder The folder of the copies.
 * @param originals The folder of the workbooks that were drawn on; null if it is not known.
 * @returns The lines of the annotations, and what was done.
 */
export async function draftDrawn(
  found: DrawnLabels,
  folder: string,
  originals: string | null,
  draft: DatasetDraft,
): Promise<{ lines: string[]; result: ImportResult }> {
  const names = [...new Set(found.labels.map(({ fileName }) => fileName))];
  const doubtful: ImportNote[] = [...found.doubtful];
  for (const name of names) {
    const original = originals === null ? null : join(originals, name);
    if (original !== null && fileSize(original) !== null) {
      draft.copy(original, name);
      continue;
    }
    if (original !== null) {
      doubtful.push({ line: null, where: name, what: "no original of this name: the copy takes its place" });
    }
    draft.write(name, await withoutRectangles(join(folder, name)));
  }
  const lines = found.labels.map(drawnLine);
  return {
    lines,
    result: {
      dataset: draft.final.name,
      folder: draft.final.folder,
      workbooks: names.length,
      sheets: lines.length,
      tables: found.labels.reduce((sum, { tables }) => sum + tables.length, 0),
      mended: [],
      doubtful,
      leftOut: found.leftOut,
    },
  };
}
