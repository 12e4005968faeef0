/** Text in the XML of a workbook's parts. */

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

// The characters that have to be escaped; most texts have none of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const SPECIAL = /[&<>"\u0000-\u001f\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_/;
const SPECIAL_ALL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[&<>"]|[\u0000-\u001f\ufffe\uffff]|[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]|_(?=x[0-9a-fA-F]{4}_)/g;

/**
 * Escapes element content and attribute values. Characters that XML cannot hold (control characters, lone
 * surrogates) become `_xHHHH_`, as in Excel. If a text looks like such an escape, its underscore is escaped
 * (ECMA-376 part 1, 22.4.2.4 bstr).
 */
export function escapeXml(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIAL_ALL, escapeCharacter) : text;
}

function escapeCharacter(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    case '"':
      return "&quot;";
    case "\n":
    case "\t":
      return character;
    default:
      if (character.length === 2) return character; // one character beyond the first plane
      return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`;
  }
}

/**
 * `<t>` with its text. White space at the ends and line breaks have to be marked, or readers may drop them.
 */
export function textElement(text: string): string {
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : "";
  return `<t${space}>${escapeXml(text)}</t>`;
}

/**
 * Like `escapeXml`, for attributes whose line breaks have to survive: a parser turns raw ones into spaces.
 */
export function escapeAttribute(text: string): string {
  return escapeXml(text).replaceAll("\n", "_x000a_").replaceAll("\t", "&#9;");
}
