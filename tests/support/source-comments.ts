/** Finds the comments of TypeScript sources, for the tests that hold how the code is written. */

/** A comment line with its number (from 1) in the file, and the whole line as it stands. */
export interface CommentLine {
  readonly number: number;
  /** The part of the line that is comment. */
  readonly comment: string;
  readonly line: string;
}

/** Comments and everything that may hold their signs: strings, templates and regular expressions. */
const TOKENS = new RegExp(
  [
    /\/\/.*/, // a line's comment
    /\/\*[\s\S]*?\*\//,
    /"(?:\\.|[^"\\\n])*"/,
    /'(?:\\.|[^'\\\n])*'/,
    /`(?:\\.|[^`\\])*`/,
    // A slash begins an expression only where a value may begin.
    /(?<=(?:[(,=:[!&|?{};>]|\breturn|^)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gm",
);

/** Every line of every comment, in order; what stands in a string is no comment. */
export function commentLines(text: string): CommentLine[] {
  const lines = text.split("\n");
  const found: CommentLine[] = [];
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (!token.startsWith("//") && !token.startsWith("/*")) continue;
    const first = text.slice(0, index).split("\n").length;
    for (const [i, comment] of token.split("\n").entries()) {
      found.push({ number: first + i, comment, line: lines[first + i - 1]! });
    }
  }
  return found;
}
