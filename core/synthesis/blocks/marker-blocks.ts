/** Small things on sheets that are not tables: tiles, buttons, legends, lone cells, empty frames. */

import type { Random } from "../../base/random.ts";
import type { CellStyle, CellValue } from "../../excel/write/workbook-layout.ts";
import { rounded, weighted } from "../draw.ts";
import type { Look } from "../looks/look.ts";
import { phrase, sentence } from "../vocabulary/phrases.ts";
import type { Block } from "./block.ts";

/** The tiles of a dashboard. Each has a caption, a large number and sometimes a remark, mostly on a fill. */
export function tilesBlock(random: Random, look: Look): Block {
  const count = random.integer(1, 5);
  const tileWidth = random.integer(1, 4);
  const fill: CellStyle = {
    fill: {
      pattern: "solid",
      foreground: random.pick([{ theme: 0, tint: -0.05 }, { theme: 4, tint: 0.8 }, { rgb: "FF1F4E78" }]),
    },
  };
  const large: CellStyle = { font: { size: random.pick([16, 20, 28]), bold: true } };
  const isFilled = random.chance(0.7);
  const hasRemark = random.chance(0.5);
  const height = 2 + (hasRemark ? 1 : 0);
  const tiles = Array.from({ length: count }, () => ({
    caption: phrase(random, 1, 3),
    value: random.chance(0.5) ? random.integer(1, 99_999) : rounded(random.uniform(), 3),
    remark: random.chance(0.5) ? "vs previous year" : rounded(random.uniform() - 0.5, 3),
  }));
  return {
    height,
    width: count * (tileWidth + 1) - 1,
    draw({ canvas }, top, left) {
      for (const [at, { caption, value, remark }] of tiles.entries()) {
        const start = left + at * (tileWidth + 1);
        const right = start + tileWidth - 1;
        if (isFilled) canvas.paint({ top, left: start, bottom: top + height - 1, right }, fill);
        canvas.put(top, start, caption, look.caption);
        canvas.put(top + 1, start, value, large);
        if (hasRemark) canvas.put(top + 2, start, remark);
        for (let row = top; row < top + height; row++)
          canvas.merge({ top: row, left: start, bottom: row, right });
      }
    },
  };
}

/** A button or a box with a remark: one text on merged, formatted cells. */
export function boxBlock(random: Random, look: Look): Block {
  const height = random.integer(1, 3);
  const width = random.integer(1, 4);
  const text = random.chance(0.5)
    ? random.pick(["Start", "Print", "Update", "Reset", "Back", "Menu"])
    : sentence(random);
  const style = look.caption ?? look.label;
  return {
    height,
    width,
    draw({ canvas }, top, left) {
      const range = { top, left, bottom: top + height - 1, right: left + width - 1 };
      canvas.put(top, left, text);
      canvas.paint(range, style);
      canvas.merge(range);
    },
  };
}

/** What colours and signs mean: a filled cell or a letter, and a text beside it. */
export function legendBlock(random: Random, look: Look): Block {
  const count = random.integer(2, 5);
  const colors = random.shuffled([
    "FFFFC7CE",
    "FFFFEB9C",
    "FFC6EFCE",
    "FFFF0000",
    "FFFFFF00",
    "FF92D050",
    "FF00B0F0",
  ]);
  const isFilled = random.chance(0.7);
  const lines = Array.from({ length: count }, () => phrase(random, 1, 4));
  return {
    height: count,
    width: 2,
    draw({ canvas }, top, left) {
      for (const [at, text] of lines.entries()) {
        if (isFilled)
          canvas.put(top + at, left, null, { fill: { pattern: "solid", foreground: { rgb: colors[at]! } } });
        else canvas.put(top + at, left, "ABCDE"[at]!, look.label);
        canvas.put(top + at, left + 1, text);
      }
    },
  };
}

/** One cell: a remark, a checksum or a number that somebody left. */
export function loneCellBlock(random: Random, look: Look): Block {
  const value = weighted<CellValue>(random, [
    [random.integer(1, 9999), 3],
    [rounded(random.uniform() * 100, 2), 2],
    [{ formula: `SUM(A1:A${random.integer(2, 40)})`, cached: random.integer(1, 99_999) }, 2],
    [random.pick(["check!", "ok", "see below", "<-- new", "?"]), 3],
    [phrase(random, 1, 8), 3],
    [sentence(random), 1],
  ]);
  const style = random.chance(0.3) ? look.note : random.chance(0.15) ? look.caption : undefined;
  return { height: 1, width: 1, draw: ({ canvas }, top, left) => canvas.put(top, left, value, style) };
}

/** Formatted cells without values: a frame that was prepared and never used. */
export function emptyFrameBlock(random: Random): Block {
  const height = random.integer(1, 8);
  const width = random.integer(1, 8);
  const style: CellStyle = random.chance(0.5)
    ? { border: { left: "thin", right: "thin", top: "thin", bottom: "thin" } }
    : {
        fill: {
          pattern: "solid",
          foreground: random.pick([{ rgb: "FFFFFF99" }, { theme: 0, tint: -0.15 }, { theme: 4, tint: 0.6 }]),
        },
      };
  return {
    height,
    width,
    draw: ({ canvas }, top, left) =>
      canvas.paint({ top, left, bottom: top + height - 1, right: left + width - 1 }, style),
  };
}
