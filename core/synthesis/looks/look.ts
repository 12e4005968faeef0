/** Draws how an author formats a whole sheet. */

import type { Random } from "../../base/random.ts";
import type { CellStyle, FontStyle } from "../../excel/write/workbook-layout.ts";
import { weighted } from "../draw.ts";
import { DARK_FILLS, drawFont, FONT_COLORS, LIGHT_FILLS, solid } from "./style-palette.ts";
import { drawEffort, drawTableLook, type TableLook } from "./table-look.ts";

/** How one author formats sheets: nothing, a little, or everything. */
export interface Look extends TableLook {
  readonly title: CellStyle | undefined;
  readonly subtitle: CellStyle | undefined;
  readonly note: CellStyle | undefined;
  /** The labels of forms. */
  readonly label: CellStyle | undefined;
  /** The values beside the labels of forms. */
  readonly field: CellStyle | undefined;
  /** The captions of single tables, and buttons and tiles. */
  readonly caption: CellStyle | undefined;
  readonly mergesTitles: boolean;
  readonly gridLines: boolean;
  /** What lies under the whole used area: mostly a white fill. */
  readonly background: CellStyle | undefined;
}

/** Draws the look of an author. Two in five authors format no tables; the weights stand in `drawEffort`. */
export function drawLook(random: Random): Look {
  const effort = drawEffort(random);
  const isFormatted = effort !== "none";
  const hasFills = effort === "filled" || effort === "heavy";
  const font = drawFont(random);
  const styled = (share: number, draw: () => CellStyle) =>
    isFormatted && random.chance(share) ? draw() : undefined;
  // An author who formats nothing else may still format titles.
  const styledTitle = (draw: () => CellStyle) =>
    random.chance(isFormatted ? 0.94 : 0.22) ? draw() : undefined;
  return {
    ...drawTableLook(random, effort, font),
    title: styledTitle(() => ({
      font: {
        ...font,
        ...(random.chance(0.8) ? { bold: true } : {}),
        ...(random.chance(0.9) ? { size: random.pick([11, 12, 14, 16, 18, 24]) } : {}),
        ...(random.chance(0.35) ? { color: random.pick(FONT_COLORS) } : {}),
      },
      ...(hasFills && random.chance(0.2) ? { fill: solid(random.pick(LIGHT_FILLS)) } : {}),
      ...(hasFills && random.chance(0.1)
        ? { fill: solid(random.pick(DARK_FILLS)), font: { ...font, bold: true, color: { rgb: "FFFFFFFF" } } }
        : {}),
      ...(random.chance(0.18) ? { border: { bottom: "thin" } } : {}),
    })),
    subtitle: styled(0.5, () => ({ font: drawTextFont(random, font) })),
    note: styled(0.5, () => ({
      font: {
        ...drawTextFont(random, font),
        ...(random.chance(0.4) ? { size: random.pick([7, 8, 9]) } : {}),
      },
      ...(random.chance(0.12) ? { border: { top: "thin" } } : {}),
    })),
    label: styled(0.6, () => drawFormStyle(random, font, hasFills, 0.6)),
    field: styled(0.4, () => drawFormStyle(random, font, hasFills, 0.1)),
    caption: styled(0.7, () => drawFormStyle(random, font, hasFills, 0.8)),
    mergesTitles: random.chance(isFormatted ? 0.25 : 0.06),
    gridLines: !isFormatted || random.chance(0.8),
    background: drawBackground(random, hasFills),
  };
}

/**
 * What lies under everything: mostly nothing, sometimes a white or coloured fill, rarely lines around every
 * cell.
 */
function drawBackground(random: Random, hasFills: boolean): CellStyle | undefined {
  if (random.chance(0.02)) {
    const lined: CellStyle = { border: { left: "thin", right: "thin", top: "thin", bottom: "thin" } };
    return random.chance(0.5) ? lined : { ...lined, fill: solid(random.pick(LIGHT_FILLS)) };
  }
  if (!hasFills || !random.chance(0.15)) return undefined;
  return { fill: solid(random.chance(0.65) ? { rgb: "FFFFFFFF" } : random.pick(LIGHT_FILLS)) };
}

/**
 * The look of the same author with tables formatted another way, as not all tables of a sheet look the
 * same.
 */
export function withOtherTables(random: Random, look: Look): Look {
  return { ...look, ...drawTableLook(random, drawEffort(random), drawFont(random)) };
}

function drawTextFont(random: Random, font: FontStyle): FontStyle {
  return {
    ...font,
    ...(random.chance(0.4) ? { italic: true } : {}),
    ...(random.chance(0.15) ? { bold: true } : {}),
    ...(random.chance(0.4) ? { color: random.pick(FONT_COLORS) } : {}),
  };
}

/** The style of a part of a form. Forms use the same fills and lines as tables. */
function drawFormStyle(random: Random, font: FontStyle, hasFills: boolean, bold: number): CellStyle {
  const border = weighted(random, [
    [undefined, 5],
    [{ bottom: "thin" as const }, 2],
    [{ left: "thin", right: "thin", top: "thin", bottom: "thin" } as const, 3],
  ]);
  return {
    font: { ...font, ...(random.chance(bold) ? { bold: true } : {}) },
    ...(hasFills && random.chance(0.5) ? { fill: solid(random.pick(LIGHT_FILLS)) } : {}),
    ...(border ? { border } : {}),
  };
}
