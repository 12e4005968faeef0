/** Writes the theme of a workbook. */

import { XML_DECLARATION } from "./xml-text.ts";

/**
 * The colours of the Office theme of 2016, each with its name in the scheme, in the order of the part
 * (ECMA-376 part 1, 20.1.6.2).
 */
const SCHEME = [
  ["dk1", "000000"],
  ["lt1", "FFFFFF"],
  ["dk2", "44546A"],
  ["lt2", "E7E6E6"],
  ["accent1", "4472C4"],
  ["accent2", "ED7D31"],
  ["accent3", "A5A5A5"],
  ["accent4", "FFC000"],
  ["accent5", "5B9BD5"],
  ["accent6", "70AD47"],
  ["hlink", "0563C1"],
  ["folHlink", "954F72"],
] as const;

/** `xl/theme/theme1.xml`: the colours of the theme, and the fewest fonts and effects that Excel accepts. */
export function themeXml(): string {
  const colors = SCHEME.map(([name, rgb]) => `<a:${name}><a:srgbClr val="${rgb}"/></a:${name}>`).join("");
  const font = (name: string) => `<a:latin typeface="${name}"/><a:ea typeface=""/><a:cs typeface=""/>`;
  const three = (xml: string) => xml.repeat(3);
  const solid = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>';
  return [
    XML_DECLARATION,
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office"><a:themeElements>',
    `<a:clrScheme name="Office">${colors}</a:clrScheme>`,
    `<a:fontScheme name="Office"><a:majorFont>${font("Calibri Light")}</a:majorFont>`,
    `<a:minorFont>${font("Calibri")}</a:minorFont></a:fontScheme>`,
    '<a:fmtScheme name="Office">',
    `<a:fillStyleLst>${three(solid)}</a:fillStyleLst>`,
    `<a:lnStyleLst>${three(`<a:ln w="6350">${solid}</a:ln>`)}</a:lnStyleLst>`,
    `<a:effectStyleLst>${three("<a:effectStyle><a:effectLst/></a:effectStyle>")}</a:effectStyleLst>`,
    `<a:bgFillStyleLst>${three(solid)}</a:bgFillStyleLst>`,
    "</a:fmtScheme></a:themeElements></a:theme>",
  ].join("");
}
