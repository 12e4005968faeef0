/** Splits comma-separated values into fields (RFC 4180, and the variants of Excel and other programs). */

/**
 * Calls back with every field; rows and columns count from 1. Quoted fields may contain separators, line ends
 * and doubled quotes. An empty line has one empty field. `isQuoted` is true if the field stands in quotes and
 * nothing follows the closing one.
 *
 * @param from The index of the first character.
 */
export function forEachField(
  text: string,
  from: number,
  separator: string,
  field: (row: number, column: number, value: string, isQuoted: boolean) => void,
): void {
  let at = from;
  let row = 1;
  let column = 1;
  while (at < text.length) {
    let value: string;
    let isQuoted = false;
    if (text[at] === '"') {
      let close = at + 1;
      for (;;) {
        close = text.indexOf('"', close);
        if (close < 0 || text[close + 1] !== '"') break;
        close += 2;
      }
      const end = close < 0 ? text.length : close;
      value = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      const rest = fieldEnd(text, at, separator);
      isQuoted = close >= 0 && rest <= at;
      value += text.slice(at, rest); // text after the closing quote is kept
      at = rest;
    } else {
      const end = fieldEnd(text, at, separator);
      value = text.slice(at, end);
      at = end;
    }
    field(row, column, value, isQuoted);
    if (text[at] === separator) column++;
    else {
      row++;
      column = 1;
      if (text[at] === "\r" && text[at + 1] === "\n") at++;
    }
    at++;
  }
}

function fieldEnd(text: string, from: number, separator: string): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === separator || character === "\n" || character === "\r") return at;
  }
  return text.length;
}
