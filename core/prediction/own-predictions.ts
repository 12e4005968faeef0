/** Tells whether a file holds predictions that this program wrote, by the shape of its text. */

import { readFileSync } from "node:fs";
import { readStart } from "../files/file-ends.ts";
import type { FormatName } from "./prediction-format.ts";

/** How much of a file is looked at, bytes. */
const HEAD_BYTES = 4096;

const CSV_HEAD = /^file,sheet,range,score(,remark)?\r\n/;
const JSON_HEAD = /^\{"mode":"[a-z]+","checkpoint":.*,"score_threshold":[^,]+,"files":\[/;

/** Whether the file has this form. Lines of `.jsonl` are read when they are continued, not here. */
export function isOwnPrediction(path: string, format: FormatName): boolean {
  try {
    if (format === "text") return isOwnText(readFileSync(path, "utf8"));
    const head = readStart(path, HEAD_BYTES).toString("utf8");
    if (format === "csv") return CSV_HEAD.test(head);
    if (format === "json") return JSON_HEAD.test(head);
    return head === "" || head.startsWith('{"file":');
  } catch {
    return false;
  }
}

/** A file's name, its sheets (indented by two) and their ranges (by four). */
const TEXT_BLOCK = /^\S.*(\n {2}\S.*: no table( \(.*\))?|\n {2}\S.*(\n {4}[A-Z]+\d+:[A-Z]+\d+ +\d\.\d\d)+)*$/;

/** Blocks with blank lines between. */
function isOwnText(text: string): boolean {
  if (text === "") return true;
  return (
    text.endsWith("\n") &&
    text
      .slice(0, -1)
      .split("\n\n")
      .every((block) => TEXT_BLOCK.test(block)) &&
    text.includes("\n  ") // names alone may be any list
  );
}
