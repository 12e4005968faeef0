/** What the line of a sheet says about its label, and the line that a change makes of it. */

import { isRecord } from "../base/plain-object.ts";
import { formatRange, parseRange } from "../base/range.ts";
import { isProposalOrigin, TAKEN_BACK } from "../dataset/labelling/unseen-proposal.ts";
import type { LineFields, SheetKey } from "./label-lines.ts";
import type { Confidence, LabelChange, ProposedTable, SheetState } from "./label-messages.ts";

/** What a line says. */
export interface LineLabel {
  readonly state: SheetState;
  readonly tables: readonly string[];
  readonly confidence: Confidence | null;
  readonly note: string;
  readonly by: string | null;
  readonly at: string | null;
  /** What a program wrote for a person to correct; null if a person made the label, or nobody. */
  readonly proposed: readonly ProposedTable[] | null;
}

/** Who made a change, and when. */
export interface Author {
  readonly by: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** `label_origin` of a label that somebody made on the page. */
const PERSON = "person";
/** `source` of a proposal that is a person's label, taken back. */
const BY_PERSON = "person";
/** The keys that the workbench writes; all others stay as they are. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  ...["file_name", "file_path", "sheet_name", "table_regions", "label_origin", "scores", "proposed"],
  ...["labelled_by", "labelled_at", "confidence", "note", "skipped", "hidden", "looked_at"],
]);

const OPEN: LineLabel = {
  state: "open",
  tables: [],
  confidence: null,
  note: "",
  by: null,
  at: null,
  proposed: null,
};

/** @param fields Null for a sheet without a line. */
export function readLabel(fields: LineFields | null): LineLabel {
  if (fields === null) return OPEN;
  const tables = tablesOf(fields.table_regions);
  const isProposed = isProposalOrigin(fields.label_origin);
  const remarks = {
    confidence: confidenceOf(fields.confidence),
    note: textOf(fields.note) ?? "",
    by: textOf(fields.labelled_by),
    at: textOf(fields.labelled_at),
  };
  if (fields.skipped === true) return { ...OPEN, ...remarks, state: "skipped" };
  if (isProposed) return { ...OPEN, ...remarks, proposed: proposedIn(fields, tables) };
  return { ...remarks, state: tables.length > 0 ? "labelled" : "empty", tables, proposed: null };
}

/**
 * The line after a change. Keys that are there keep their order, and keys of others stay.
 *
 * @param fields Null for a sheet without a line.
 * @returns Null: the line is removed.
 */
export function changedFields(
  { workbook, sheet }: SheetKey,
  fields: LineFields | null,
  change: LabelChange,
  { by, at }: Author,
): LineFields | null {
  if (change.state === "open") return openedFields(fields, change);
  const named = fields ?? { file_name: workbook, file_path: "files", sheet_name: sheet };
  const isSkipped = change.state === "skipped";
  const written: LineFields = {
    table_regions: change.state === "labelled" ? change.tables.map(plainRange) : [],
    label_origin: PERSON,
    labelled_by: by ?? undefined,
    labelled_at: at,
    confidence: change.confidence ?? undefined,
    note: change.note === "" ? undefined : change.note,
    skipped: isSkipped ? true : undefined,
    scores: undefined,
  };
  return withoutUndefined({ ...named, ...written });
}

/**
 * The line of a sheet that is open again. What a program proposed comes back, and proposals that nobody has
 * replaced stay, with what a person corrected in the file. Without any, a line that says nothing but the
 * label is removed; the ranges of another line become its proposals, so that a correction of them in an
 * editor counts as a label.
 */
function openedFields(fields: LineFields | null, change: LabelChange): LineFields | null {
  if (fields === null) return null;
  const remarks = {
    confidence: change.confidence ?? undefined,
    note: change.note === "" ? undefined : change.note,
  };
  if (readLabel(fields).proposed !== null) return withoutUndefined({ ...fields, ...remarks });
  const known = knownProposals(fields).filter(({ source }) => source !== BY_PERSON);
  const ranges = tablesOf(known.map(({ range }) => range));
  if (ranges.length === 0 && Object.keys(fields).every((key) => OWN_KEYS.has(key))) return null;
  const isByBlocks = known.some(({ source }) => source === "blocks");
  const maker = `proposed by ${isByBlocks ? "connected blocks" : "a model"}`;
  const left = ranges.length > 0 ? ranges : tablesOf(fields.table_regions);
  const byPerson = left.map((range) => ({ range, score: null, source: BY_PERSON }));
  return withoutUndefined({
    ...fields,
    ...remarks,
    table_regions: left,
    label_origin: ranges.length > 0 ? maker : TAKEN_BACK,
    proposed: ranges.length > 0 ? fields.proposed : byPerson,
    labelled_by: undefined,
    labelled_at: undefined,
    skipped: undefined,
  });
}

function withoutUndefined(fields: LineFields): LineFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function tablesOf(value: unknown): string[] {
  const texts = Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  return texts.flatMap((text) => {
    const range = parseRange(text);
    return range === null ? [] : [formatRange(range)];
  });
}

/** The tables of a line of `data label`, with their scores and sources if nobody has corrected them. */
function proposedIn(fields: LineFields, tables: readonly string[]): ProposedTable[] {
  const known = knownProposals(fields);
  return tables.map((range) => {
    const found = known.find((each) => each.range === range);
    const score = typeof found?.score === "number" ? found.score : null;
    const usual = String(fields.label_origin).includes("blocks") ? "blocks" : "model";
    const source = SOURCES.find((each) => each === found?.source) ?? usual;
    return { range, score, source };
  });
}

/** What was proposed, which stays in the line when somebody corrects it. */
function knownProposals({ proposed }: LineFields): Record<string, unknown>[] {
  return Array.isArray(proposed) ? proposed.filter(isRecord) : [];
}

const SOURCES = ["model", "blocks", "excel_table", "pivot_table"] as const;
const CONFIDENCES = ["high", "medium", "low"] as const;

function confidenceOf(value: unknown): Confidence | null {
  return CONFIDENCES.find((each) => each === value) ?? null;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** `b2` and `$B$2:$C$9` in the one form that all lines have. */
function plainRange(text: string): string {
  const range = parseRange(text);
  return range === null ? text : formatRange(range);
}
