/** Numbers, times and sizes as the page writes them. */

const MINUS = "−";

/** A score from 0 to 1 with three digits. */
export function score(value: number): string {
  return value.toFixed(3);
}

/** A number with four significant digits, in powers of ten where it is very large or very small. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) {
    return withMinus(
      value
        .toExponential(2)
        .replace(/\.?0+e/, "e")
        .replace("e+", "e"),
    );
  }
  if (Number.isInteger(value)) return withMinus(value.toLocaleString("en-GB"));
  return withMinus(size >= 1000 ? value.toFixed(0) : trimmed(value.toPrecision(4)));
}

/** A metric's value: what is a score by its name has three digits behind the point. */
export function metricFigure(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return figure(value);
  return /(^|[/_])(f1|precision|recall|score_threshold)$/.test(name) ? score(value) : figure(value);
}

/** The unit of a metric by its name; "" if it has none. */
export function unitOf(name: string): string {
  if (name.endsWith("_mb")) return "MB";
  if (name.endsWith("_seconds")) return "s";
  if (name.endsWith("eob_mean")) return "cells";
  if (name.endsWith("_percent")) return "%";
  return "";
}

/** "2 h 41 min", "3 min 5 s", "8.2 s". */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "–";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 172_800) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** "2026-11-30 02:15" in the reader's time zone. */
export function moment(iso: string | null): string {
  if (iso === null) return "–";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** "12.4 MB", in powers of 1,000 as files are listed. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}

/** A whole number with its noun. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString("en-GB")} ${value === 1 ? one : many}`;
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

function withMinus(text: string): string {
  return text.replace(/^-/, MINUS).replace("e-", `e${MINUS}`);
}
