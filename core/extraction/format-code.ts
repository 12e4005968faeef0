/** Reads number formats of Excel into sections and tokens (ECMA-376 part 1, 18.8.31). */

/** A piece of a section. */
export type FormatToken =
  /** Stands in the result as it is. */
  | { readonly kind: "literal"; readonly text: string }
  /** A place for a digit: `0`, `#` or `?`. */
  | { readonly kind: "digit"; readonly text: string }
  | { readonly kind: "point" }
  | { readonly kind: "comma" }
  | { readonly kind: "percent" }
  | { readonly kind: "slash" }
  /** `E+` or `E-`. */
  | { readonly kind: "exponent"; readonly text: string }
  | { readonly kind: "general" }
  /** `@`: the text of the cell. */
  | { readonly kind: "text" }
  /** A part of a date, in lower case: `yyyy`, `mm`, `h`, `[h]`, `am/pm`, `.00` after seconds. */
  | { readonly kind: "date"; readonly text: string };

export interface FormatSection {
  readonly tokens: readonly FormatToken[];
  /** `[>=100]`; null without one. */
  readonly condition: { readonly operator: string; readonly value: number } | null;
  readonly isDate: boolean;
}

/** One pattern per token, tried in this order at each place. */
const PATTERNS: readonly (readonly [RegExp, (match: RegExpExecArray) => FormatToken | null])[] = [
  [/"([^"]*)"?/y, ([, text]) => literal(text!)],
  [/\\(.)/sy, ([, text]) => literal(text!)],
  [/_./sy, () => literal(" ")],
  [/\*./sy, () => null],
  [/\[(h+|m+|s+)\]/iy, ([text]) => ({ kind: "date", text: text.toLowerCase() })],
  [/\[\$([^\]-]*)(?:-[^\]]*)?\]/y, ([, text]) => literal(text!)],
  [/\[[^\]]*\]/y, () => null],
  [/general/iy, () => ({ kind: "general" })],
  [/am\/pm|a\/p/iy, ([text]) => ({ kind: "date", text: text.toLowerCase() })],
  [/e[+-]/iy, ([text]) => ({ kind: "exponent", text: text.toUpperCase() })],
  // Eras of East Asian calendars are left out.
  [/g+/iy, () => null],
  [/y+|m+|d+|h+|s+|e+/iy, ([text]) => ({ kind: "date", text: text.toLowerCase() })],
  [/[0#?]/y, ([text]) => ({ kind: "digit", text })],
  [/\./y, () => ({ kind: "point" })],
  [/,/y, () => ({ kind: "comma" })],
  [/%/y, () => ({ kind: "percent" })],
  [/\//y, () => ({ kind: "slash" })],
  [/@/y, () => ({ kind: "text" })],
  [/[\s\S]/y, ([text]) => literal(text)],
];

function literal(text: string): FormatToken {
  return { kind: "literal", text };
}

/** The sections of a format code, at least one. Colours and locales are dropped, `*` fills nothing. */
export function parseFormat(code: string): FormatSection[] {
  return splitSections(code).map((text) => {
    const condition = /\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]/.exec(text);
    const tokens = withFractions(tokenise(text));
    return {
      tokens,
      condition: condition === null ? null : { operator: condition[1]!, value: Number(condition[2]) },
      isDate: tokens.some(({ kind }) => kind === "date"),
    };
  });
}

/** At semicolons outside of quotes, escapes and brackets. */
function splitSections(code: string): string[] {
  const pieces = code.match(/"[^"]*"?|[\\_*][\s\S]|\[[^\]]*\]|;|[^"\\_*[;]+|[\s\S]/g) ?? [];
  const sections = [""];
  for (const piece of pieces) {
    if (piece === ";") sections.push("");
    else sections[sections.length - 1] += piece;
  }
  return sections;
}

function tokenise(text: string): FormatToken[] {
  const tokens: FormatToken[] = [];
  for (let at = 0; at < text.length; ) {
    for (const [pattern, make] of PATTERNS) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match === null) continue;
      const token = make(match);
      if (token !== null) tokens.push(token);
      at += match[0].length;
      break;
    }
  }
  return tokens;
}

/** In a date, `.00` behind seconds is a fraction of them, and what numbers need is literal. */
function withFractions(tokens: readonly FormatToken[]): FormatToken[] {
  if (!tokens.some(({ kind }) => kind === "date")) return [...tokens];
  const result: FormatToken[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const before = result.at(-1);
    const isSeconds = before?.kind === "date" && /s/.test(before.text);
    if (token.kind === "point" && isSeconds && tokens[at + 1]?.kind === "digit") {
      let text = ".";
      for (; tokens[at + 1]?.kind === "digit"; at++) text += "0";
      result.push({ kind: "date", text });
    } else result.push(LITERALS[token.kind] === undefined ? token : literal(LITERALS[token.kind]!));
  }
  return result;
}

/** What stands for itself in a date. */
const LITERALS: Readonly<Partial<Record<FormatToken["kind"], string>>> = {
  point: ".",
  comma: ",",
  percent: "%",
  slash: "/",
};
