/** Writes numbers by a section of a number format: digits, percent, thousands, exponents, fractions. */

import type { FormatSection, FormatToken } from "./format-code.ts";

/** Excel computes with 15 digits. */
const PRECISION = 15;

/** The text of a number of 0 or more. */
export function formatDigits(value: number, { tokens }: FormatSection): string {
  if (tokens.some(({ kind }) => kind === "exponent")) return scientific(value, tokens);
  if (isFraction(tokens)) return fractionText(value, tokens);
  const { scaled, isGrouped, lastDigit } = scale(value, tokens);
  const point = tokens.findIndex(({ kind }) => kind === "point");
  const decimals = point < 0 ? 0 : countDigits(tokens.slice(point));
  const { whole, rest } = rounded(scaled, decimals);
  const end = point < 0 ? tokens.length : point;
  const left = placeWhole(whole, tokens.slice(0, end), isGrouped);
  return left + (point < 0 ? "" : placeRest(rest, tokens.slice(point), lastDigit - point));
}

/** The whole part and `decimals` digits of the rest, rounded half up in decimal digits. */
function rounded(value: number, decimals: number): { whole: string; rest: string } {
  const [mantissa, exponent] = value.toExponential(PRECISION - 1).split("e") as [string, string];
  const digits = mantissa.replace(".", "");
  const point = 1 + Number(exponent); // digits before the decimal point
  const padded = point > 0 ? digits.padEnd(point, "0") : "0".repeat(1 - point) + digits;
  const at = Math.max(1, point);
  const kept = padded.slice(0, at + decimals).padEnd(at + decimals, "0");
  const isUp = (padded[at + decimals] ?? "0") >= "5";
  const all = isUp ? String(BigInt(kept) + 1n).padStart(kept.length, "0") : kept;
  const split = all.length - decimals;
  return { whole: all.slice(0, split).replace(/^0+/, ""), rest: all.slice(split) };
}

/** Percent signs multiply by 100; commas behind the last digit of the whole part divide by 1,000. */
function scale(
  value: number,
  tokens: readonly FormatToken[],
): { scaled: number; isGrouped: boolean; lastDigit: number } {
  const point = tokens.findIndex(({ kind }) => kind === "point");
  const lastDigit = tokens.findLastIndex(({ kind }) => kind === "digit");
  const whole = point < 0 ? tokens : tokens.slice(0, point);
  const lastWhole = whole.findLastIndex(({ kind }) => kind === "digit");
  const firstWhole = whole.findIndex(({ kind }) => kind === "digit");
  let [scaled, isGrouped] = [value, false];
  for (const [at, { kind }] of tokens.entries()) {
    if (kind === "percent") scaled *= 100;
    if (kind !== "comma" || firstWhole < 0) continue;
    if (at > firstWhole && at < lastWhole) isGrouped = true;
    else if (at > lastWhole && (at < whole.length || at > lastDigit)) scaled /= 1000;
  }
  return { scaled, isGrouped, lastDigit };
}

function countDigits(tokens: readonly FormatToken[]): number {
  return tokens.filter(({ kind }) => kind === "digit").length;
}

/** Digits go to their places from right to left; the first place takes all that are left. */
function placeWhole(digits: string, tokens: readonly FormatToken[], isGrouped: boolean): string {
  const first = tokens.findIndex(({ kind }) => kind === "digit");
  let [text, used] = ["", 0];
  const put = (digit: string) => {
    if (isGrouped && used > 0 && used % 3 === 0) text = (digit === " " ? " " : ",") + text;
    text = digit + text;
    used++;
  };
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at]!;
    if (token.kind !== "digit") {
      text = plainText(token) + text;
      continue;
    }
    const digit = digits[digits.length - 1 - used];
    if (digit !== undefined) put(digit);
    else if (token.text === "0") put("0");
    else if (token.text === "?") put(" ");
    if (at === first) while (used < digits.length) put(digits[digits.length - 1 - used]!);
  }
  return text;
}

/** @param last The place of the last digit among the tokens, which begin with the point. */
function placeRest(digits: string, tokens: readonly FormatToken[], last: number): string {
  const shown = digits.replace(/0+$/, "").length;
  let [text, used] = ["", 0];
  for (const [at, token] of tokens.entries()) {
    if (token.kind === "point") text += ".";
    else if (token.kind === "digit" && at <= last) {
      const digit = digits[used] ?? "0";
      if (used < shown || token.text === "0") text += digit;
      else if (token.text === "?") text += " ";
      used++;
    } else text += plainText(token);
  }
  return text;
}

function plainText(token: FormatToken): string {
  if (token.kind === "literal") return token.text;
  return token.kind === "percent" ? "%" : "";
}

function scientific(value: number, tokens: readonly FormatToken[]): string {
  const at = tokens.findIndex(({ kind }) => kind === "exponent");
  const mantissa = tokens.slice(0, at);
  const point = mantissa.findIndex(({ kind }) => kind === "point");
  const places = Math.max(1, countDigits(point < 0 ? mantissa : mantissa.slice(0, point)));
  let exponent = value === 0 ? 0 : Math.floor(Math.log10(value));
  exponent = Math.floor(exponent / places) * places;
  const text = () =>
    formatDigits(value / 10 ** exponent, { tokens: mantissa, condition: null, isDate: false });
  let shown = text();
  if (Number(shown.replaceAll(/[^\d.]/g, "")) >= 10 ** places) {
    exponent += places;
    shown = text();
  }
  const sign = exponent < 0 ? "-" : (tokens[at] as { text: string }).text === "E+" ? "+" : "";
  const rest = tokens.slice(at + 1);
  return `${shown}E${sign}${placeWhole(String(Math.abs(exponent)).replace(/^0$/, ""), rest, false)}`;
}

function isFraction(tokens: readonly FormatToken[]): boolean {
  const slash = tokens.findIndex(({ kind }) => kind === "slash");
  return slash > 0 && tokens.slice(0, slash).some(({ kind }) => kind === "digit");
}

/** `# ?/?`, `?/?`, `# ??/16`. */
function fractionText(value: number, tokens: readonly FormatToken[]): string {
  const slash = tokens.findIndex(({ kind }) => kind === "slash");
  const before = tokens.slice(0, slash);
  const behind = tokens.slice(slash + 1);
  const start = before.findLastIndex(({ kind }) => kind !== "digit") + 1;
  const hasWhole = before.slice(0, start).some(({ kind }) => kind === "digit");
  const given = Number(behind.map((token) => (token.kind === "literal" ? token.text : "")).join(""));
  const places = countDigits(behind);
  const whole = hasWhole ? Math.floor(value) : 0;
  let [top, bottom] =
    given > 0 ? [Math.round((value - whole) * given), given] : nearest(value - whole, places);
  let units = whole;
  if (hasWhole && top === bottom) [units, top, bottom] = [whole + 1, 0, bottom];
  const left = hasWhole
    ? placeWhole(units === 0 && top > 0 ? "" : String(units), before.slice(0, start), false)
    : "";
  const width = before.length - start;
  if (hasWhole && top === 0)
    return left + " ".repeat(width + 1 + Math.max(places, String(given || "").length));
  return `${left}${String(top).padStart(width)}/${String(bottom).padEnd(Math.max(places, 1))}`;
}

/** The nearest fraction with a denominator of at most so many digits. */
function nearest(value: number, places: number): [number, number] {
  let best: [number, number] = [Math.round(value), 1];
  for (let bottom = 1; bottom < 10 ** Math.min(places, 4); bottom++) {
    const top = Math.round(value * bottom);
    if (Math.abs(value - top / bottom) < Math.abs(value - best[0] / best[1]) - 1e-12) best = [top, bottom];
  }
  return best;
}
