/** Finds sheets that are nearly the same and have different labels: one of the two labels is wrong. */

import { formatRange, type Range } from "../../base/range.ts";
import type { SheetTexts } from "./sheet-texts.ts";

/** A labelled sheet with its texts. */
export interface ComparedSheet {
  /** The line of its label, from 1. */
  readonly line: number;
  /** `a.xlsx, sheet "Data"`. */
  readonly where: string;
  readonly ranges: readonly Range[];
  readonly texts: SheetTexts;
}

/** A doubt about the label of `sheet`, which differs from that of `twin`. */
export interface NearCopy {
  readonly sheet: ComparedSheet;
  readonly twin: ComparedSheet;
  readonly message: string;
}

/** Sheets whose shingles agree to this share are near copies: shared ones over all, 0 … 1. */
const ALIKE = 0.85;
/** Sheets with fewer shingles say too little to be compared. */
const FEWEST_SHINGLES = 8;
/** Shingles on more sheets than this are no sign of a copy. */
const MOST_SHEETS = 50;

/**
 * Compares every sheet with those before it, and reports it against the most similar one. A shingle is two
 * texts that follow one another in a row. Labels agree if they are equal on sheets of equal height. They also
 * agree if they have as many tables, and if these begin with the same texts, have as many columns and leave
 * as many rows below them, in their order: so titles that are longer and rows that one month has more than
 * another make no difference.
 *
 * @param sheets In the order of their lines.
 */
export function nearCopies(sheets: readonly ComparedSheet[]): NearCopy[] {
  const shingles = sheets.map(({ texts }) => shinglesOf(texts));
  const holders = new Map<string, number[]>();
  const found: NearCopy[] = [];
  for (const [index, sheet] of sheets.entries()) {
    const own = shingles[index]!;
    if (own.size < FEWEST_SHINGLES) continue;
    const shared = new Map<number, number>();
    for (const shingle of own) {
      const others = holders.get(shingle) ?? [];
      if (others.length > MOST_SHEETS) continue;
      for (const at of others) shared.set(at, (shared.get(at) ?? 0) + 1);
      others.push(index);
      holders.set(shingle, others);
    }
    const similar = [...shared]
      .map(([at, count]) => ({ at, alike: count / (own.size + shingles[at]!.size - count) }))
      .filter(({ alike }) => alike >= ALIKE)
      .sort((a, b) => b.alike - a.alike || a.at - b.at);
    const twin = similar[0] === undefined ? undefined : sheets[similar[0].at]!;
    const difference = twin === undefined ? null : differenceOf(sheet, twin);
    if (difference !== null) found.push({ sheet, twin: twin!, message: difference });
  }
  return found;
}

function shinglesOf({ texts }: SheetTexts): Set<string> {
  const shingles = new Set<string>();
  for (const [at, [row, , text]] of texts.entries()) {
    const next = texts[at + 1];
    shingles.add(next !== undefined && next[0] === row ? `${text}\t${next[2]}` : text);
  }
  return shingles;
}

function differenceOf(sheet: ComparedSheet, twin: ComparedSheet): string | null {
  const [own, others] = [inOrder(sheet), inOrder(twin)];
  const list = (ranges: readonly Range[]) => ranges.map(formatRange).join(", ") || "no table";
  const isSame =
    (sheet.texts.height === twin.texts.height &&
      list(inReadingOrder(sheet.ranges)) === list(inReadingOrder(twin.ranges))) ||
    (own.length === others.length && own.every((signature, at) => signature === others[at]));
  if (isSame) return null;
  return (
    `its label is ${list(sheet.ranges)}; ${twin.where}, which has nearly the same texts, has ` +
    `${list(twin.ranges)} (line ${twin.line})`
  );
}

function inReadingOrder(ranges: readonly Range[]): Range[] {
  return ranges.toSorted((a, b) => a.top - b.top || a.left - b.left);
}

/** What is compared of each table, from top to bottom. */
function inOrder({ ranges, texts }: ComparedSheet): string[] {
  return inReadingOrder(ranges).map(({ top, left, bottom, right }) => {
    const first = texts.texts.filter(([row, column]) => row === top && column >= left && column <= right);
    return JSON.stringify([first.map(([, , text]) => text), right - left, texts.height - bottom]);
  });
}
