/** The mark of the pages that this program writes, by which it knows them again. */

import { readStart } from "./file-ends.ts";
import type { OutputRules } from "./output-place.ts";

/** Stands in the head of every page. */
export const PAGE_MARK = '<meta name="generator" content="tablesense2">';

/** The rules for the place of a page, but for what the command reads. */
export const PAGE_RULES: Pick<OutputRules, "what" | "another" | "endings" | "isOwn"> = {
  what: "the page",
  another: "--html another file",
  endings: [".html", ".htm"],
  isOwn: isOwnPage,
};

/** The mark is among the first bytes of a page. */
const HEAD_BYTES = 512;

/** True for a page that this program wrote. */
function isOwnPage(path: string): boolean {
  try {
    return readStart(path, HEAD_BYTES).includes(PAGE_MARK);
  } catch {
    return false;
  }
}
