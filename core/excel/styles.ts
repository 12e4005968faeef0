/** The styles part: what a cell's style index stands for. (ECMA-376 part 1, 18.8) */

import { type Color, readColor } from "./color.ts";
import { formatCode, isDateFormat, isFormatted } from "./number-format.ts";
import { XmlReader } from "./xml-reader.ts";

export interface Font {
  readonly name: string | null;
  /** Points. */
  readonly size: number | null;
  readonly bold: boolean;
  readonly strike: boolean;
  readonly italic: boolean;
  readonly color: Color | null;
}

export interface Fill {
  /** `solid`, `gray125` …; `none`; `gradient` for gradient fills, whose first stop is `foreground`. */
  readonly pattern: string;
  readonly foreground: Color | null;
  readonly background: Color | null;
}

/** The style of each edge's line: `thin`, `medium` …; null for none. */
interface Border {
  readonly left: string | null;
  readonly right: string | null;
  readonly top: string | null;
  readonly bottom: string | null;
}

/** How a cell's value lies in it. */
interface Alignment {
  /** `left`, `center`, `right` …; null for Excel's default, which depends on the value. */
  readonly horizontal: string | null;
  /** Steps of indentation, from 0. */
  readonly indent: number;
  /** True: a long text goes on in further lines of the cell. */
  readonly wrap: boolean;
}

/** All that features need of a cell's format. */
export interface CellStyle {
  readonly numberFormat: string;
  readonly isFormatted: boolean;
  readonly isDate: boolean;
  readonly font: Font;
  readonly fill: Fill;
  readonly border: Border;
  readonly alignment: Alignment;
  readonly locked: boolean;
  readonly hidden: boolean;
}

export interface StyleSheet {
  /** By the index that cells have (`cellXfs`); never empty. */
  readonly cells: readonly CellStyle[];
  /** 0xRRGGBB of the workbook's own indexed colours; empty where it has none. */
  readonly indexedColors: readonly number[];
}

/** Excel's own default where a font or workbook names no size. */
export const DEFAULT_FONT_SIZE = 11;

const NO_FONT: Font = {
  name: null,
  size: DEFAULT_FONT_SIZE,
  bold: false,
  strike: false,
  italic: false,
  color: null,
};
const NO_FILL: Fill = { pattern: "none", foreground: null, background: null };
const NO_BORDER: Border = { left: null, right: null, top: null, bottom: null };
const NO_ALIGNMENT: Alignment = { horizontal: null, indent: 0, wrap: false };

/** An `xf` as stored; null for what it does not say. */
interface Xf {
  numberFormat: number | null;
  font: number | null;
  fill: number | null;
  border: number | null;
  alignment: Alignment | null;
  locked: boolean | null;
  hidden: boolean | null;
  base: number;
}

/** The styles of a workbook without a styles part: one cell style, the default. */
export function defaultStyles(): StyleSheet {
  return { cells: [composeStyle(undefined, new Tables())], indexedColors: [] };
}

/** Reads the styles part. */
export function readStyles(bytes: Uint8Array): StyleSheet {
  const xml = new XmlReader(bytes);
  const tables = new Tables();
  while (xml.next()) {
    if (xml.event === "start" && xml.depth >= 2) SECTIONS.get(xml.path[1]!)?.(xml, tables);
  }
  const cells = tables.cells.map((xf) => composeStyle(xf, tables));
  if (cells.length === 0) cells.push(composeStyle(undefined, tables));
  return { cells, indexedColors: tables.indexedColors };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the part lists, by index. */
class Tables {
  readonly numberFormats = new Map<number, string>();
  readonly fonts: Mutable<Font>[] = [];
  readonly fills: Mutable<Fill>[] = [];
  readonly borders: Mutable<Border>[] = [];
  readonly bases: Xf[] = [];
  readonly cells: Xf[] = [];
  readonly indexedColors: number[] = [];
  /** What the format codes mean, by id: many styles share a few codes. */
  readonly formats = new Map<number, Pick<CellStyle, "numberFormat" | "isFormatted" | "isDate">>();
}

/** The sections that count, and what reads the start of an element in each. */
const SECTIONS: ReadonlyMap<string, (xml: XmlReader, tables: Tables) => void> = new Map([
  ["numFmts", readNumberFormat],
  ["fonts", (xml, { fonts }) => readFontElement(xml, fonts)],
  ["fills", (xml, { fills }) => readFillElement(xml, fills)],
  ["borders", (xml, { borders }) => readBorderElement(xml, borders)],
  ["cellXfs", (xml, { cells }) => readXfElement(xml, cells)],
  ["cellStyleXfs", (xml, { bases }) => readXfElement(xml, bases)],
  ["colors", readIndexedColor],
]);

function readNumberFormat(xml: XmlReader, { numberFormats }: Tables): void {
  if (xml.name === "numFmt")
    numberFormats.set(xml.integer("numFmtId", -1), xml.attribute("formatCode") ?? "");
}

function readIndexedColor(xml: XmlReader, { indexedColors }: Tables): void {
  if (xml.name !== "rgbColor") return;
  const hex = xml.attribute("rgb") ?? "";
  indexedColors.push(/^[0-9a-fA-F]{6,8}$/.test(hex) ? Number.parseInt(hex.slice(-6), 16) : 0);
}

function readFontElement(xml: XmlReader, fonts: Mutable<Font>[]): void {
  if (xml.depth === 3 && xml.name === "font") {
    fonts.push({ name: null, size: null, bold: false, strike: false, italic: false, color: null });
    return;
  }
  const font = fonts[fonts.length - 1];
  if (!font || xml.depth !== 4 || xml.parent !== "font") return;
  if (xml.name === "b") font.bold = xml.boolean("val", true);
  else if (xml.name === "i") font.italic = xml.boolean("val", true);
  else if (xml.name === "strike") font.strike = xml.boolean("val", true);
  else if (xml.name === "name") font.name = xml.attribute("val");
  else if (xml.name === "color") font.color = readColor(xml);
  else if (xml.name === "sz") {
    const size = Number(xml.attribute("val") ?? Number.NaN);
    font.size = Number.isFinite(size) && size > 0 ? size : null;
  }
}

function readFillElement(xml: XmlReader, fills: Mutable<Fill>[]): void {
  if (xml.depth === 3 && xml.name === "fill") {
    fills.push({ ...NO_FILL });
    return;
  }
  const fill = fills[fills.length - 1];
  if (!fill || xml.path[2] !== "fill") return;
  if (xml.name === "patternFill") fill.pattern = xml.attribute("patternType") ?? "none";
  else if (xml.name === "gradientFill") fill.pattern = "gradient";
  else if (xml.name === "fgColor") fill.foreground = readColor(xml);
  else if (xml.name === "bgColor") fill.background = readColor(xml);
  else if (xml.name === "color" && xml.parent === "stop") fill.foreground ??= readColor(xml);
}

function readBorderElement(xml: XmlReader, borders: Mutable<Border>[]): void {
  if (xml.depth === 3 && xml.name === "border") {
    borders.push({ ...NO_BORDER });
    return;
  }
  const border = borders[borders.length - 1];
  if (!border || xml.depth !== 4 || xml.parent !== "border") return;
  const style = xml.attribute("style");
  const line = style === null || style === "none" ? null : style;
  // `start` and `end` are what strict workbooks call left and right.
  if (xml.name === "left" || xml.name === "start") border.left = line;
  else if (xml.name === "right" || xml.name === "end") border.right = line;
  else if (xml.name === "top") border.top = line;
  else if (xml.name === "bottom") border.bottom = line;
}

function readXfElement(xml: XmlReader, xfs: Xf[]): void {
  if (xml.depth === 3 && xml.name === "xf") {
    xfs.push({
      numberFormat: orNull(xml.integer("numFmtId", -1)),
      font: orNull(xml.integer("fontId", -1)),
      fill: orNull(xml.integer("fillId", -1)),
      border: orNull(xml.integer("borderId", -1)),
      alignment: null,
      // A protection of its own that says nothing is Excel's default.
      locked: xml.boolean("applyProtection", false) ? true : null,
      hidden: xml.boolean("applyProtection", false) ? false : null,
      base: xml.integer("xfId", 0),
    });
    return;
  }
  const xf = xfs[xfs.length - 1];
  if (!xf || xml.depth !== 4) return;
  if (xml.name === "alignment") {
    xf.alignment = {
      horizontal: xml.attribute("horizontal"),
      indent: Math.max(0, xml.integer("indent", 0)),
      wrap: xml.boolean("wrapText", false),
    };
  }
  if (xml.name !== "protection") return;
  xf.locked = xml.boolean("locked", true);
  xf.hidden = xml.boolean("hidden", false);
}

function orNull(index: number): number | null {
  return index < 0 ? null : index;
}

/**
 * What an `xf` does not say comes from the `cellStyleXfs` entry that it is based on, then from the defaults.
 */
function composeStyle(xf: Xf | undefined, tables: Tables): CellStyle {
  const base = xf === undefined ? undefined : tables.bases[xf.base];
  const id = xf?.numberFormat ?? base?.numberFormat ?? 0;
  let format = tables.formats.get(id);
  if (!format) {
    const numberFormat = formatCode(id, tables.numberFormats);
    format = { numberFormat, isFormatted: isFormatted(numberFormat), isDate: isDateFormat(numberFormat) };
    tables.formats.set(id, format);
  }
  return {
    ...format,
    font: tables.fonts[xf?.font ?? base?.font ?? 0] ?? tables.fonts[0] ?? NO_FONT,
    fill: tables.fills[xf?.fill ?? base?.fill ?? 0] ?? NO_FILL,
    border: tables.borders[xf?.border ?? base?.border ?? 0] ?? NO_BORDER,
    alignment: xf?.alignment ?? base?.alignment ?? NO_ALIGNMENT,
    locked: xf?.locked ?? base?.locked ?? true,
    hidden: xf?.hidden ?? base?.hidden ?? false,
  };
}
