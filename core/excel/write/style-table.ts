/** Collects and writes the styles of a workbook. */

import type { BorderStyle, CellStyle, Color, FillStyle, FontStyle } from "./workbook-layout.ts";
import { escapeXml, XML_DECLARATION } from "./xml-text.ts";

/**
 * Format codes that every reader knows by number (ECMA-376 part 1, 18.8.30). Others get numbers from 164 on.
 */
const BUILT_IN_FORMATS: readonly (readonly [string, number])[] = [
  ["General", 0],
  ["0", 1],
  ["0.00", 2],
  ["#,##0", 3],
  ["#,##0.00", 4],
  ["0%", 9],
  ["0.00%", 10],
  ["0.00E+00", 11],
  ["@", 49],
];
const FIRST_CUSTOM_FORMAT = 164;

/**
 * Collects the styles of the cells of a workbook. Each font, fill, border, format and combination
 * is written once.
 */
export class StyleTable {
  #byObject = new Map<CellStyle, number>();
  #formats = new Map<string, number>(BUILT_IN_FORMATS);
  #customFormats: string[] = [];
  #fonts = new Interned([fontXml({})]);
  /** The first two fills are reserved: readers take them for none and gray125, whatever they are. */
  #fills = new Interned([fillXml({ pattern: "none" }), fillXml({ pattern: "gray125" })]);
  #borders = new Interned([borderXml({})]);
  #cellFormats = new Interned(['<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>']);

  /** The index for the `s` attribute of a cell. */
  add(style: CellStyle): number {
    let index = this.#byObject.get(style);
    if (index === undefined) {
      index = this.#cellFormats.add(this.#cellFormatXml(style));
      this.#byObject.set(style, index);
    }
    return index;
  }

  #cellFormatXml({ numberFormat = "General", font, fill, border, alignment, protection }: CellStyle): string {
    const ids = [
      `numFmtId="${this.#formatId(numberFormat)}"`,
      `fontId="${font ? this.#fonts.add(fontXml(font)) : 0}"`,
      `fillId="${fill ? this.#fills.add(fillXml(fill)) : 0}"`,
      `borderId="${border ? this.#borders.add(borderXml(border)) : 0}"`,
      'xfId="0"',
    ];
    if (numberFormat !== "General") ids.push('applyNumberFormat="1"');
    if (font) ids.push('applyFont="1"');
    if (fill) ids.push('applyFill="1"');
    if (border) ids.push('applyBorder="1"');
    const children: string[] = [];
    if (alignment) {
      ids.push('applyAlignment="1"');
      const { horizontal, vertical, wrap, indent } = alignment;
      children.push(
        "<alignment",
        horizontal ? ` horizontal="${horizontal}"` : "",
        vertical ? ` vertical="${vertical}"` : "",
        wrap ? ' wrapText="1"' : "",
        indent ? ` indent="${indent}"` : "",
        "/>",
      );
    }
    if (protection) {
      ids.push('applyProtection="1"');
      const { locked = true, hidden = false } = protection;
      children.push(`<protection locked="${locked ? 1 : 0}" hidden="${hidden ? 1 : 0}"/>`);
    }
    return children.length > 0 ? `<xf ${ids.join(" ")}>${children.join("")}</xf>` : `<xf ${ids.join(" ")}/>`;
  }

  #formatId(code: string): number {
    let id = this.#formats.get(code);
    if (id === undefined) {
      id = FIRST_CUSTOM_FORMAT + this.#customFormats.length;
      this.#formats.set(code, id);
      this.#customFormats.push(code);
    }
    return id;
  }

  /** `xl/styles.xml`. */
  toXml(): string {
    const formats = this.#customFormats.map(
      (code, i) => `<numFmt numFmtId="${FIRST_CUSTOM_FORMAT + i}" formatCode="${escapeXml(code)}"/>`,
    );
    return [
      XML_DECLARATION,
      '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">',
      formats.length > 0 ? list("numFmts", formats) : "",
      list("fonts", this.#fonts.items),
      list("fills", this.#fills.items),
      list("borders", this.#borders.items),
      '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
      list("cellXfs", this.#cellFormats.items),
      '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
      '<dxfs count="0"/>',
      "</styleSheet>",
    ].join("");
  }
}

/** A list of XML fragments without duplicates. */
class Interned {
  readonly items: string[];
  #indices: Map<string, number>;

  constructor(first: string[]) {
    this.items = first;
    this.#indices = new Map(first.map((xml, index) => [xml, index]));
  }

  add(xml: string): number {
    let index = this.#indices.get(xml);
    if (index === undefined) {
      index = this.items.push(xml) - 1;
      this.#indices.set(xml, index);
    }
    return index;
  }
}

function list(name: string, items: readonly string[]): string {
  return `<${name} count="${items.length}">${items.join("")}</${name}>`;
}

/** The children are in the order that Excel writes and strict readers require. */
function fontXml({ name = "Calibri", size = 11, bold, italic, strike, underline, color }: FontStyle): string {
  return [
    "<font>",
    bold ? "<b/>" : "",
    italic ? "<i/>" : "",
    strike ? "<strike/>" : "",
    underline ? "<u/>" : "",
    `<sz val="${size}"/>`,
    color ? colorXml("color", color) : "",
    `<name val="${escapeXml(name)}"/>`,
    '<family val="2"/>',
    "</font>",
  ].join("");
}

function fillXml({ pattern, foreground, background }: FillStyle): string {
  const children =
    (foreground ? colorXml("fgColor", foreground) : "") + (background ? colorXml("bgColor", background) : "");
  return children
    ? `<fill><patternFill patternType="${pattern}">${children}</patternFill></fill>`
    : `<fill><patternFill patternType="${pattern}"/></fill>`;
}

function borderXml(border: BorderStyle): string {
  const color = border.color ? colorXml("color", border.color) : '<color auto="1"/>';
  const sides = (["left", "right", "top", "bottom"] as const).map((side) =>
    border[side] ? `<${side} style="${border[side]}">${color}</${side}>` : `<${side}/>`,
  );
  return `<border>${sides.join("")}<diagonal/></border>`;
}

function colorXml(element: string, color: Color): string {
  if ("rgb" in color) return `<${element} rgb="${color.rgb}"/>`;
  if ("indexed" in color) return `<${element} indexed="${color.indexed}"/>`;
  return `<${element} theme="${color.theme}"${color.tint ? ` tint="${color.tint}"` : ""}/>`;
}
