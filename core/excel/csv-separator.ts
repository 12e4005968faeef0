/** Finds the character that separates the fields of a text. */

import { forEachField } from "./csv-fields.ts";

/** The separator of a text, and where its first row begins. */
export interface CsvLayout {
  readonly separator: string;
  /** The index of the first character that is not part of a line `sep=;`. */
  readonly from: number;
}

/** The separators that are looked for. */
export const SEPARATORS = [",", ";", "\t", "|"];
/** The rows that decide: the first ones of this many characters. */
const SAMPLE_LENGTH = 65_536;
/** A first line that names the separator. Excel writes and obeys it, some programs put it in quotes. */
const DECLARATION = /^("?)sep=(\\t|[^"\r\n])\1(?:\r\n|\r|\n|$)/i;
/** Numbers in the notations of any country, with signs, currencies and percent. */
const NUMBER = /^[-+(]*\p{Sc}?\s?\d[\d.,'’\s]*(?:[eE][-+]?\d+)?\s?[%\p{Sc}]?\)?$/u;
/** A separator between two characters that are no blanks, as in `a;b`; in prose a blank follows it. */
const INNER_SEPARATOR = /[^\s,;|][,;|][^\s,;|]|\t/;

/**
 * The separator that a line `sep=;` names. Without such a line it is the one that makes a table: most rows
 * have the same number of fields, and few fields look as if they should be split further. In a `.tsv` file it
 * is the tab if most rows have one.
 *
 * @param isTsv True if the name of the file ends with `.tsv`.
 */
export function csvLayout(text: string, isTsv: boolean): CsvLayout {
  const declared = DECLARATION.exec(text);
  if (declared) return { separator: declared[2] === "\\t" ? "\t" : declared[2]!, from: declared[0].length };
  const sample = firstRows(text);
  let best: Split | null = null;
  for (const separator of SEPARATORS) {
    const split = measure(sample, separator);
    if (isTsv && separator === "\t" && split.rows > 0.5) return { separator, from: 0 };
    if (split.score > (best?.score ?? 0) || (split.score === best?.score && split.count > best.count))
      best = split;
  }
  return { separator: best?.separator ?? ",", from: 0 };
}

/** What a separator makes of a text. */
interface Split {
  readonly separator: string;
  /** 0 … 1, how well it makes a table. */
  readonly score: number;
  /** The share of the rows with more than one field. */
  readonly rows: number;
  /** How often it separates two fields. */
  readonly count: number;
}

function measure(text: string, separator: string): Split {
  const widths: number[] = [];
  let fields = 0;
  let wellFormed = 0;
  let width = 0;
  let isBlank = true;
  const endRow = (): void => {
    if (width > 0 && !isBlank) widths.push(width);
    isBlank = true;
  };
  forEachField(text, 0, separator, (_, column, value, isQuoted) => {
    if (column === 1) endRow();
    width = column;
    if (value.trim() === "") return;
    isBlank = false;
    fields++;
    if (isQuoted || NUMBER.test(value.trim()) || !INNER_SEPARATOR.test(value)) wellFormed++;
  });
  endRow();
  const bySize = new Map<number, number>();
  for (const each of widths) if (each > 1) bySize.set(each, (bySize.get(each) ?? 0) + 1);
  const commonest = Math.max(0, ...bySize.values());
  const split = widths.filter((each) => each > 1);
  return {
    separator,
    score: widths.length === 0 ? 0 : (commonest / widths.length) * (wellFormed / fields),
    rows: split.length / Math.max(1, widths.length),
    count: split.reduce((sum, each) => sum + each - 1, 0),
  };
}

/** The rows that decide, without the last one if it may be cut off. */
function firstRows(text: string): string {
  if (text.length <= SAMPLE_LENGTH) return text;
  const sample = text.slice(0, SAMPLE_LENGTH);
  const end = Math.max(sample.lastIndexOf("\n"), sample.lastIndexOf("\r"));
  return end > 0 ? sample.slice(0, end) : sample;
}
