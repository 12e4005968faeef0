/** Checks a change of a label before it is kept. */

import { isRecord } from "../base/plain-object.ts";
import { formatRange, overlaps, parseRange, type Range } from "../base/range.ts";
import { type LabelChange, MOST_NOTE } from "./label-messages.ts";

/** The most tables of a sheet. */
const MOST_TABLES = 20_000;
/** The most problems that are listed. */
const MOST_PROBLEMS = 20;

const STATES = ["open", "labelled", "empty", "skipped"] as const;
const CONFIDENCES = ["high", "medium", "low"] as const;

/** The last row and column with content; null if unknown. */
export interface SheetSize {
  readonly rows: number;
  readonly cols: number;
}

/** What a request's body asks for, or one sentence per problem. */
export function checkChange(
  body: unknown,
  size: SheetSize | null,
): LabelChange | { readonly problems: readonly string[] } {
  if (!isRecord(body)) return { problems: ["The request has to be a JSON object."] };
  const { version, note = "", tables = [] } = body;
  const state = STATES.find((each) => each === body.state);
  const confidence = CONFIDENCES.find((each) => each === body.confidence) ?? null;
  const problems: string[] = [];
  if (!Number.isSafeInteger(version)) problems.push("version has to be a whole number.");
  if (state === undefined) problems.push(`state has to be one of ${STATES.join(", ")}.`);
  if (confidence === null && (body.confidence ?? null) !== null) {
    problems.push(`confidence has to be one of ${CONFIDENCES.join(", ")} or null.`);
  }
  if (typeof note !== "string" || note.length > MOST_NOTE) {
    problems.push(`note has to be a text of at most ${MOST_NOTE} characters.`);
  }
  const texts = Array.isArray(tables) ? tables.filter((each) => typeof each === "string") : null;
  if (texts === null || texts.length < (tables as readonly unknown[]).length) {
    problems.push("tables has to be a list of ranges.");
  }
  const ranges = texts === null ? [] : checkRanges(texts, size, problems);
  if (state === "labelled" && ranges.length === 0 && problems.length === 0) {
    problems.push('A labelled sheet has at least one table; without one its state is "empty".');
  }
  if (problems.length > MOST_PROBLEMS) {
    const more = problems.length - MOST_PROBLEMS;
    problems.splice(MOST_PROBLEMS, more, `… and ${more} more problems.`);
  }
  if (problems.length > 0) return { problems };
  return {
    version: version as number,
    state: state!,
    tables: ranges.map(formatRange),
    confidence,
    note: note as string,
  };
}

function checkRanges(texts: readonly string[], size: SheetSize | null, problems: string[]): Range[] {
  if (texts.length > MOST_TABLES) {
    problems.push(`A sheet has at most ${MOST_TABLES} tables, not ${texts.length}.`);
    return [];
  }
  const ranges: Range[] = [];
  for (const text of texts) {
    const range = parseRange(text);
    if (range === null) problems.push(`"${text.slice(0, 40)}" is no range of cells up to XFD1048576.`);
    else if (size !== null && (range.top > size.rows || range.left > size.cols)) {
      const end = formatRange({ top: 1, left: 1, bottom: size.rows, right: size.cols }).split(":")[1];
      problems.push(`${formatRange(range)} lies outside of the sheet, whose last cell is ${end}.`);
    } else ranges.push(range);
  }
  problems.push(...overlapping(ranges));
  return ranges;
}

/** One sentence per pair of neighbours that share a cell. The ranges are swept from top to bottom. */
function overlapping(ranges: readonly Range[]): string[] {
  const sorted = [...ranges].sort((a, b) => a.top - b.top || a.left - b.left);
  const found: string[] = [];
  let open: Range[] = [];
  for (const range of sorted) {
    open = open.filter(({ bottom }) => bottom >= range.top);
    const other = open.find((each) => overlaps(each, range));
    if (other) found.push(`${formatRange(other)} and ${formatRange(range)} overlap.`);
    open.push(range);
  }
  return found;
}
