/** Windows on an axis. */

type Span = readonly [from: number, to: number];

/** A window around the same place that is `share` times as wide, within the whole; null if it is the whole. */
export function zoomed([from, to]: Span, around: number, share: number, whole: Span): [number, number] | null {
  const least = (whole[1] - whole[0]) * 1e-6;
  const width = Math.max(least, (to - from) * share);
  if (width >= whole[1] - whole[0]) return null;
  const at = (around - from) / (to - from);
  return within(around - at * width, width, whole);
}

/** A window of the same width farther along, within the whole. */
export function panned([from, to]: Span, by: number, whole: Span): [number, number] | null {
  const width = to - from;
  return width >= whole[1] - whole[0] ? null : within(from + by, width, whole);
}

function within(from: number, width: number, whole: Span): [number, number] {
  const start = Math.min(Math.max(from, whole[0]), whole[1] - width);
  return [start, start + width];
}
