/** Titles over sheets and captions over tables. */

import type { Random } from "../../base/random.ts";
import type { CellValue } from "../../excel/write/workbook-layout.ts";
import { weighted } from "../draw.ts";
import type { Look } from "../looks/look.ts";
import { SUBTITLES } from "../vocabulary/common.ts";
import type { Domain } from "../vocabulary/domain.ts";
import { phrase, sentence } from "../vocabulary/phrases.ts";
import type { Block } from "./block.ts";
import { type Line, linesBlock } from "./lines-block.ts";

/**
 * A title, often with lines below it: who, when, in what units. `across`: the columns of what it is about.
 */
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
  // Sometimes a date or a link stands at the far end of the first line.
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

/** A line over one table of several. `text`: null draws one. `across`: the columns of the table. */
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
