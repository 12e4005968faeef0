/** Number formats: the built-in ones, and a test for formats of dates. */

/**
 * Formats that workbooks name by number only (ECMA-376 part 1, 18.8.30; 5–8 and 37–44 as in the US version).
 */
const BUILT_IN: Readonly<Record<number, string>> = {
  0: "General",
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  5: '"$"#,##0_);("$"#,##0)',
  6: '"$"#,##0_);[Red]("$"#,##0)',
  7: '"$"#,##0.00_);("$"#,##0.00)',
  8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
  9: "0%",
  10: "0.00%",
  11: "0.00E+00",
  12: "# ?/?",
  13: "# ??/??",
  14: "mm-dd-yy",
  15: "d-mmm-yy",
  16: "d-mmm",
  17: "mmm-yy",
  18: "h:mm AM/PM",
  19: "h:mm:ss AM/PM",
  20: "h:mm",
  21: "h:mm:ss",
  22: "m/d/yy h:mm",
  37: "#,##0_);(#,##0)",
  38: "#,##0_);[Red](#,##0)",
  39: "#,##0.00_);(#,##0.00)",
  40: "#,##0.00_);[Red](#,##0.00)",
  41: '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
  42: '_("$"* #,##0_);_("$"* \\(#,##0\\);_("$"* "-"_);_(@_)',
  43: '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)',
  44: '_("$"* #,##0.00_)_("$"* \\(#,##0.00\\)_("$"* "-"??_)_(@_)',
  45: "mm:ss",
  46: "[h]:mm:ss",
  47: "mmss.0",
  48: "##0.0E+0",
  49: "@",
};

/** 27–36 and 50–58 are dates in East Asian versions, in forms that differ by language. */
const EAST_ASIAN_DATE = "yyyy/m/d";

/** The format with an id; `General` if neither the workbook nor Excel defines it. */
export function formatCode(id: number, custom: ReadonlyMap<number, string>): string {
  const code = custom.get(id) ?? BUILT_IN[id];
  if (code !== undefined) return code;
  return (id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? EAST_ASIAN_DATE : "General";
}

/** True for every format except `General`. */
export function isFormatted(code: string): boolean {
  return code !== "" && code.toLowerCase() !== "general";
}

/**
 * True for formats that show a number as a date or a time: their section for positive numbers has a
 * day, month, year, hour or second outside of quotes, escapes, colours and locales. Elapsed times
 * (`[h]:mm`) count too.
 */
export function isDateFormat(code: string): boolean {
  if (!isFormatted(code)) return false;
  const bare = code
    .replace(/"[^"]*"?/g, "")
    .replace(/[\\_*]./g, "")
    .split(";", 1)[0]!
    .replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, "")
    .replace(/general/gi, "");
  return /[dmyhs]/i.test(bare);
}
