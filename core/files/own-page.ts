/** How the pages that this program writes begin, and the mark by which it knows them again. */

import { escapeHtml } from "../base/escape-html.ts";
import { readStart } from "./file-ends.ts";
import type { OutputRules } from "./output-place.ts";

/** Stands in the head of every page. */
const PAGE_MARK = '<meta name="generator" content="tablesense2">';

/** A page down to its heading, with the mark; the caller closes body and html. @param style CSS rules. */
export function pageStart(title: string, style: string): string {
  return `${pageHead(title, style)}
<h1>${escapeHtml(title)}</h1>`;
}

/** As `pageStart`, but without the heading: for a page that makes its own. */
export function pageHead(title: string, style: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${PAGE_MARK}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>`;
}

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
