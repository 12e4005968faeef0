/** Texts that are not part of a table: notes, prose, contents, instructions. */

import type { Random } from "../../base/random.ts";
import type { CellStyle } from "../../excel/write/workbook-layout.ts";
import { logInteger, sample, weighted } from "../draw.ts";
import type { Look } from "../looks/look.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { drawPerson, phrase, sentence } from "../vocabulary/phrases.ts";
import type { Block } from "./block.ts";
import { type Line, linesBlock, numberedBlock } from "./lines-block.ts";

/** Notes, sources or a signature. `across`: the columns that merged or scattered lines may take. */
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

/** `count` sentences down one column, with some headings and empty rows between them. */
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

/** `count` names of sheets or files in one column, as in contents or lists of links. */
export function contentsBlock(random: Random, look: Look, count: number): Block {
  const style = random.chance(0.6) ? LINK : undefined;
  const lines: (Line | null)[] = random.chance(0.5)
    ? [{ text: random.pick(["Contents", "Index", "Links"]), style: look.title }]
    : [];
  if (lines.length > 0 && random.chance(0.85)) lines.push(null);
  for (let line = 0; line < count; line++) {
    if (line > 0 && random.chance(0.1)) lines.push(null);
    lines.push({ text: phrase(random, 1, 9), style });
  }
  return linesBlock(lines);
}

/** `count` steps to follow, numbered in the text or in a column beside it. */
export function instructionsBlock(random: Random, look: Look, count: number): Block {
  const text = () => (random.chance(0.6) ? sentence(random) : phrase(random, 3, 12));
  if (random.chance(0.4)) return numberedBlock(random, count, look.note, text);
  const steps = sample(random, Array.from({ length: count }, text), count);
  return linesBlock(steps.map((step, at) => ({ text: `${at + 1}) ${step}` })));
}
