/** Lines of text on sheets: titles, notes, prose, contents, instructions. None of them is part of a table. */

import type { CellStyle, CellValue } from "../../excel/write/workbook-layout.ts";
import type { Random } from "../../random.ts";
import type { Block } from "./block.ts";
import { logInteger, sample, weighted } from "./draw.ts";
import type { Look } from "./look.ts";
import { phrase, sentence } from "./phrases.ts";
import { drawPerson } from "./plan-values.ts";
import { SUBTITLES } from "./vocabulary/common.ts";
import type { Domain } from "./vocabulary/domain.ts";

/** A text in a row of its own, or a row left empty. */
interface Line {
  readonly text: CellValue;
  readonly style?: CellStyle | undefined;
  /** Columns over which it is merged. */
  readonly across?: number;
  /** Columns by which it is moved in. */
  readonly column?: number;
}

/** Lines below one another; null: an empty row. */
function linesBlock(lines: readonly (Line | null)[], paintedAcross = 1): Block {
  const width = lines.reduce(
    (most, line) => Math.max(most, (line?.column ?? 0) + (line?.across ?? 1)),
    paintedAcross,
  );
  return {
    height: lines.length,
    width,
    draw({ canvas }, top, left) {
      for (const [at, line] of lines.entries()) {
        if (line === null) continue;
        const row = top + at;
        const column = left + (line.column ?? 0);
        canvas.put(row, column, line.text, line.style);
        const right = column + (line.across ?? 1) - 1;
        const reach = Math.max(right, left + paintedAcross - 1);
        canvas.paint({ top: row, left: column, bottom: row, right: reach }, line.style);
        canvas.merge({ top: row, left: column, bottom: row, right });
      }
    },
  };
}

/** A title with lines below it: who, when, in what units. `across`: the width of what it is about. */
export function titleBlock(random: Random, domain: Domain, look: Look, across: number): Block {
  const merged = look.mergesTitles && across > 1 ? across : 1;
  const year = random.integer(2010, 2025);
  const title = random.pick(domain.titles);
  const prefix = random.chance(0.2) ? `Table ${random.integer(1, 20)}: ` : "";
  const text = random.chance(0.3)
    ? phrase(random, 4, 16)
    : `${prefix}${title}${random.chance(0.4) ? ` ${year}` : ""}`;
  const column = random.chance(0.08) ? random.integer(1, Math.max(1, across - 1)) : 0;
  const lines: (Line | null)[] = [
    { text, style: look.title, ...(column > 0 ? { column } : { across: merged }) },
  ];
  const count = weighted(random, [
    [0, 5],
    [1, 3],
    [2, 2],
    [3, 2],
    [5, 1],
    [8, 0.4],
  ]);
  const mergesLines = random.chance(0.6);
  for (let line = 0; line < count; line++) {
    if (random.chance(0.1)) lines.push(null);
    lines.push({ text: subtitle(random, year), style: look.subtitle, across: mergesLines ? merged : 1 });
  }
  const isBand = look.title !== undefined && across > 1 && random.chance(0.4);
  const block = linesBlock(lines, isBand ? across : 1);
  if (across < 3 || !random.chance(0.1)) return block;
  // A date, a logo's place or a link at the far end of the first line.
  const far = random.pick<CellValue>([
    new Date(Date.UTC(year, random.integer(0, 11), 5)),
    "Back to contents",
    year,
  ]);
  const farStyle = far instanceof Date ? { numberFormat: look.dateFormat } : undefined;
  if (merged > 1) return block;
  return {
    height: block.height,
    width: Math.max(block.width, across),
    draw(draft, top, left) {
      block.draw(draft, top, left);
      if (draft.canvas.valueAt(top, left + across - 1) === null)
        draft.canvas.put(top, left + across - 1, far, farStyle);
    },
  };
}

function subtitle(random: Random, year: number): CellValue {
  switch (random.integer(0, 5)) {
    case 0:
      return `As of ${random.integer(1, 28)}.${random.integer(1, 12)}.${year}`;
    case 1:
      return sentence(random);
    case 2:
      return phrase(random, 2, 9);
    case 3:
      return random.pick(["in %", "in thousands", "(EUR)", "Units: kg", "n = 120"]);
    default:
      return random.pick(SUBTITLES);
  }
}

/** A line over one table of several. */
export function captionBlock(
  random: Random,
  domain: Domain,
  look: Look,
  text: string | null,
  across: number,
): Block {
  const merged = random.chance(0.15) ? across : 1;
  const line = {
    text: text ?? (random.chance(0.5) ? random.pick(domain.titles) : phrase(random, 1, 5)),
    style: look.caption,
    across: merged,
  };
  return linesBlock([line], random.chance(0.25) ? across : 1);
}

/** Notes, sources, signatures; one or several, numbered in a column of their own with some. */
export function notesBlock(random: Random, domain: Domain, look: Look, across: number): Block {
  const count = logInteger(random, 1, 16);
  const kind = weighted(random, [
    ["plain", 6],
    ["merged", across > 1 ? 1.5 : 0],
    ["numbered", 1],
    ["signed", 0.5],
    ["scattered", across > 2 ? 0.4 : 0],
  ]);
  const text = () => (random.chance(0.5) ? random.pick(domain.notes) : sentence(random));
  const style = look.note;
  if (kind === "signed") {
    const lines = [`Prepared by: ${drawPerson(random)}`, null, "Signature: ____________", "Date: ________"];
    return linesBlock(
      lines.slice(0, random.integer(1, 4)).map((each) => (each === null ? null : { text: each, style })),
    );
  }
  if (kind === "scattered") {
    return linesBlock(
      Array.from({ length: count }, () => ({
        text: phrase(random, 1, 3),
        style,
        column: random.integer(0, across - 1),
      })),
    );
  }
  if (kind === "numbered") return numberedBlock(random, count, style, text);
  const isNumbered = random.chance(0.3);
  const lines: (Line | null)[] = [];
  for (let line = 0; line < count; line++) {
    if (line > 0 && random.chance(0.08)) lines.push(null);
    lines.push({
      text: `${isNumbered ? `${line + 1}. ` : ""}${text()}`,
      style,
      across: kind === "merged" ? across : 1,
    });
  }
  return linesBlock(lines);
}

/** Signs in one column, long texts in the next. */
function numberedBlock(
  random: Random,
  count: number,
  style: CellStyle | undefined,
  text: () => string,
): Block {
  const signs = random.pick([
    ["1", "2", "3"],
    ["*", "**", "***"],
    ["(a)", "(b)", "(c)"],
    [1, 2, 3],
  ] as const);
  const texts = Array.from({ length: count }, text);
  return {
    height: count,
    width: 2,
    draw({ canvas }, top, left) {
      for (const [at, each] of texts.entries()) {
        canvas.put(top + at, left, signs[at] ?? String(at + 1), style);
        canvas.put(top + at, left + 1, each, style);
      }
    },
  };
}

/** Sentences down one column, with headings and empty rows here and there. */
export function proseBlock(random: Random, look: Look, count: number): Block {
  const across = random.chance(0.2) ? random.integer(2, 12) : 1;
  const lines: (Line | null)[] = [];
  const isBoxed = random.chance(0.1);
  for (let line = 0; line < count; line++) {
    if (line > 0 && random.chance(0.25)) lines.push(null);
    if (random.chance(0.12))
      lines.push({ text: phrase(random, 1, 6), style: look.caption ?? look.title, across });
    lines.push({
      text: sentence(random),
      style: isBoxed ? look.field : random.chance(0.05) ? look.note : undefined,
      across,
    });
  }
  return linesBlock(lines);
}

const LINK: CellStyle = { font: { underline: true, color: { theme: 10 } } };

/** Names of sheets or files in one column: contents, links. */
export function contentsBlock(random: Random, look: Look, count: number): Block {
  const style = random.chance(0.6) ? LINK : undefined;
  const lines: (Line | null)[] = random.chance(0.5)
    ? [{ text: random.pick(["Contents", "Index", "Links"]), style: look.title }]
    : [];
  if (lines.length > 0 && random.chance(0.6)) lines.push(null);
  for (let line = 0; line < count; line++) {
    if (line > 0 && random.chance(0.1)) lines.push(null);
    lines.push({ text: phrase(random, 1, 9), style });
  }
  return linesBlock(lines);
}

/** Steps to follow: numbered in the text, or in a column beside it. */
export function instructionsBlock(random: Random, look: Look, count: number): Block {
  const text = () => (random.chance(0.6) ? sentence(random) : phrase(random, 3, 12));
  if (random.chance(0.4)) return numberedBlock(random, count, look.note, text);
  const steps = sample(random, Array.from({ length: count }, text), count);
  return linesBlock(steps.map((step, at) => ({ text: `${at + 1}) ${step}` })));
}
