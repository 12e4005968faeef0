/** Numbers, progress bars and tables as text for a console. */

/** 4.2 → `4.2s`, 42 → `42s`, 83 → `1m23s`, 7384 → `2h03m`. Anything that is not finite → `–`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}

/** A bar of `width` characters, filled to `fraction` (0 … 1). */
export function progressBar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return "█".repeat(filled) + "░".repeat(width - filled);
}

/**
 * Columns below their headings, aligned to the right.
 *
 * @param words How many of the first columns hold words: they are aligned to the left.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[], words = 0): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column < words ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** `512 B`, `1.4 kB`, `38.2 MB`: powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  const shown = () => (unit === 0 ? String(value) : value.toFixed(1));
  while (Number(shown()) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${shown()} ${units[unit]}`;
}

/** `1 sheet`, `12 sheets`, `1 box`, `2 boxes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
