/** Excel's dates: numbers of days, with the time of day as the fraction. */

const SECONDS_A_DAY = 86_400;
/** The two epochs, 1899-12-30 and 1904-01-01, in days since 1970-01-01. */
const EPOCH_1900 = -25_569;
const EPOCH_1904 = -24_107;
/** Excel's last day, 9999-12-31. */
const LAST_DAY_1900 = 2_958_465;
/** 29 February 1900, which did not exist: Excel has it for compatibility with Lotus 1-2-3. */
const LEAP_BUG = 60;

/**
 * A serial number as text: `YYYY-MM-DD`, with `THH:MM:SS` if it has a time of day, to the nearest second.
 * Numbers from 0 to 1 are times without a day and become `HH:MM:SS`.
 *
 * @returns null outside of the years that Excel supports.
 */
export function serialDateText(serial: number, date1904: boolean): string | null {
  const form = serialDateForm(serial, date1904);
  if (form === null) return null;
  const seconds = Math.round(serial * SECONDS_A_DAY);
  const day = Math.floor(seconds / SECONDS_A_DAY);
  const time = timeText(seconds - day * SECONDS_A_DAY);
  if (form === "time") return time;
  return form === "date" ? dayText(day, date1904) : `${dayText(day, date1904)}T${time}`;
}

/** The form of the text of `serialDateText`: `date` has 10 characters, `date-time` 19, `time` 8. */
export function serialDateForm(serial: number, date1904: boolean): "date" | "date-time" | "time" | null {
  const seconds = Math.round(serial * SECONDS_A_DAY);
  const day = Math.floor(seconds / SECONDS_A_DAY);
  if (!(serial >= 0) || day > LAST_DAY_1900 - (date1904 ? 1462 : 0)) return null;
  if (serial < 1 && day === 0) return "time";
  return seconds === day * SECONDS_A_DAY ? "date" : "date-time";
}

/** An ISO 8601 date of a strict workbook in the form of `serialDateText`; null for other texts. */
export function isoDateText(text: string): string | null {
  const match =
    /^\s*(?:(\d{4}-\d{2}-\d{2})|T?(?=\d{2}:))(?:T?(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?\s*$/i.exec(
      text,
    );
  if (!match) return null;
  const [, date, hours, minutes, seconds = "00"] = match;
  if (hours === undefined) return date ?? null;
  const time = `${hours}:${minutes}:${seconds}`;
  if (date === undefined) return time;
  return time === "00:00:00" ? date : `${date}T${time}`;
}

function dayText(day: number, date1904: boolean): string {
  if (!date1904 && day === LEAP_BUG) return "1900-02-29";
  const epoch = date1904 ? EPOCH_1904 : day < LEAP_BUG ? EPOCH_1900 + 1 : EPOCH_1900;
  return new Date((epoch + day) * SECONDS_A_DAY * 1000).toISOString().slice(0, 10);
}

function timeText(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
