/** Reads the colour scheme of a workbook's theme (ECMA-376 part 1, 20.1.6.2). */

import { OFFICE_THEME } from "./color.ts";
import { XmlReader } from "./xml-reader.ts";

/** The slots of the scheme in Excel's order; the file has dark before light. */
const SLOTS = [
  "lt1",
  "dk1",
  "lt2",
  "dk2",
  "accent1",
  "accent2",
  "accent3",
  "accent4",
  "accent5",
  "accent6",
  "hlink",
  "folHlink",
];

/** The colours of the theme as 0xRRGGBB, in Excel's order. Missing ones are taken from the Office theme. */
export function readTheme(bytes: Uint8Array): number[] {
  const colors = [...OFFICE_THEME];
  const xml = new XmlReader(bytes);
  while (xml.next()) {
    if (xml.name === "clrScheme" && xml.event === "end") break;
    if (xml.event !== "start" || xml.path[xml.depth - 3] !== "clrScheme") continue;
    const slot = SLOTS.indexOf(xml.parent);
    const hex = xml.attribute(xml.name === "sysClr" ? "lastClr" : "val");
    if (slot >= 0 && hex !== null && /^[0-9a-fA-F]{6}$/.test(hex)) colors[slot] = Number.parseInt(hex, 16);
  }
  return colors;
}
