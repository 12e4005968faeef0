/** Writes dates and times by a section of a number format, with English names. */

import { serialDateText } from "../excel/date.ts";
import type { FormatSection, FormatToken } from "./format-code.ts";

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const DAY_SECONDS = 86_400;

/** What the parts of a date are made of. */
interface Moment {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Of the day, with a fraction. */
  readonly seconds: number;
  /** Days and their fraction since the start, for elapsed times. */
  readonly serial: number;
}

/** @returns Null for numbers that are no date of Excel. */
export function formatDate(serial: number, { tokens }: FormatSection, date1904: boolean): string | null {
  const fraction = tokens.find((token) => token.kind === "date" && token.text.startsWith("."));
  const decimals = fraction?.kind === "date" ? Math.min(3, fraction.text.length - 1) : 0;
  const unit = 10 ** decimals;
  const exact = Math.round(serial * DAY_SECONDS * unit) / unit;
  const moment = momentOf(exact, date1904);
  if (moment === null) return null;
  const isHalfDay = tokens.some((token) => token.kind === "date" && /^a/.test(token.text));
  return tokens
    .map((token, at) => {
      if (token.kind === "literal") return token.text;
      return token.kind === "date" ? part(token.text, moment, isHalfDay, isMinute(tokens, at), decimals) : "";
    })
    .join("");
}

function momentOf(total: number, date1904: boolean): Moment | null {
  const days = Math.floor(total / DAY_SECONDS);
  const serial = total / DAY_SECONDS;
  // Day 0 has no date of its own; Excel shows it as 1900-01-00.
  const text = days === 0 && !date1904 ? "1900-01-00" : serialDateText(days === 0 ? 0 : days, date1904);
  if (serial < 0 || text === null) return null;
  const [year, month, day] = (text.includes("-") ? text : "1904-01-01").split("-").map(Number) as Three;
  // The wrong leap day of 1900 has a weekday too, so the serial number says it.
  const weekday = (((days + (date1904 ? 5 : 6)) % 7) + 7) % 7;
  return { year, month, day, weekday, seconds: total - days * DAY_SECONDS, serial };
}

type Three = [number, number, number];

/** `m` stands for minutes behind hours or in front of seconds. */
function isMinute(tokens: readonly FormatToken[], at: number): boolean {
  const dates = tokens.flatMap((token, index) =>
    token.kind === "date" ? [{ text: token.text, index }] : [],
  );
  const place = dates.findIndex(({ index }) => index === at);
  const before = dates.slice(0, place).findLast(({ text }) => !text.startsWith("a"));
  return /h/.test(before?.text ?? "") || /^\[?s/.test(dates[place + 1]?.text ?? "");
}

function part(text: string, at: Moment, isHalfDay: boolean, isMinute: boolean, decimals: number): string {
  const hours = Math.floor(at.seconds / 3600);
  const minutes = Math.floor(at.seconds / 60) % 60;
  const seconds = Math.floor(at.seconds) % 60;
  const padded = (value: number, width: number) => String(value).padStart(width, "0");
  const two = (value: number) => padded(value, Math.min(2, text.length));
  if (text.startsWith(".")) {
    const unit = 10 ** decimals;
    return `.${padded(Math.round(at.seconds * unit) % unit, decimals).padEnd(text.length - 1, "0")}`;
  }
  if (text.startsWith("[")) return elapsed(text, at, padded);
  if (text === "am/pm") return hours < 12 ? "AM" : "PM";
  if (text === "a/p") return hours < 12 ? "A" : "P";
  switch (text[0]) {
    case "y":
      return text.length > 2 ? padded(at.year, 4) : padded(at.year % 100, 2);
    case "e":
      return String(at.year);
    case "d":
      return text.length > 2 ? DAYS[at.weekday]!.slice(0, text.length > 3 ? undefined : 3) : two(at.day);
    case "h":
      return two(isHalfDay ? hours % 12 || 12 : hours);
    case "s":
      return two(seconds);
    default:
      return isMinute && text.length < 3 ? two(minutes) : monthText(text, at.month);
  }
}

function monthText(text: string, month: number): string {
  const name = MONTHS[month - 1]!;
  if (text.length === 5) return name[0]!;
  if (text.length > 2) return text.length === 3 ? name.slice(0, 3) : name;
  return String(month).padStart(text.length, "0");
}

/** `[h]`, `[mm]`, `[ss]`: all hours, minutes or seconds since the start. */
function elapsed(text: string, { serial }: Moment, padded: (value: number, width: number) => string): string {
  const units = { h: 24, m: 1440, s: DAY_SECONDS }[text[1] as "h" | "m" | "s"];
  return padded(Math.floor(serial * units + 1e-6), text.length - 2);
}
