/** A dataset with one of every fault that a check finds. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filledSheet, label, writeDataset } from "./dataset-folder.ts";

/** Writes the dataset `mine` below the folder. */
export function messyDataset(root: string): void {
  const book = [filledSheet("Data", 10, 5), filledSheet("Other", 3, 3), { name: "Empty", cells: [] }];
  const lines = [
    label("a.xlsx", "Data", ["A1:E5", "A4:E10"]),
    label("a.xlsx", "Dat", ["A1:B2"]),
    label("a.xlsx", "Empty", []),
    label("b.xlsx", "Data", ["A1:E12"]),
    label("b.xlsx", "Other", ["Z90:Z99"]),
    label("c.xlsx", "Data", ["A1:B2"]),
    label("broken.xlsx", "Data", ["A1:B2"]),
    label("b.xlsx", "Data", ["A1:E3"]),
  ];
  const broken = new TextEncoder().encode("broken");
  writeDataset(
    root,
    "mine",
    { "a.xlsx": book, "b.xlsx": book, "unused.xlsx": book, "broken.xlsx": broken },
    lines,
  );
  const path = join(root, "mine", "annotations", "annotations.jsonl");
  writeFileSync(path, `${readFileSync(path, "utf8")}{not json\n`);
}
