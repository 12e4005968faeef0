/** Lists of names with what they mean, in two columns that fit the console. */

/** The share of a line that names may take; a longer one has a line of its own. */
const LABEL_SHARE = 0.4;
const INDENT = 2;
const GAP = 2;

/**
 * Two columns, each text wrapped below itself:
 *
 *     --json            Print one JSON document
 *     --threads=<number>
 *                       Threads that read workbooks
 *
 * Words that are longer than their column are not broken, so that they can be copied.
 *
 * @param rows Name and text of each row.
 * @param columns The length of a line in characters.
 */
export function labelledRows(
  rows: readonly (readonly [label: string, text: string])[],
  columns: number,
): string[] {
  const most = Math.floor(columns * LABEL_SHARE);
  const fitting = rows.map(([label]) => label.length).filter((length) => INDENT + length + GAP <= most);
  const start = INDENT + GAP + Math.max(0, ...fitting);
  return rows.flatMap(([label, text]) => {
    const lines = wrapped(text, columns - start).map((line) => " ".repeat(start) + line);
    const first = " ".repeat(INDENT) + label;
    if (text === "") return [first];
    if (first.length + GAP > start) return [first, ...lines];
    return [first.padEnd(start) + lines[0]!.slice(start), ...lines.slice(1)];
  });
}

/** The lines of a text with at most `width` characters each, broken at blanks alone. */
export function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
