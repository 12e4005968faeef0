/** Windows on an axis, and the keys that move them. */

type Span = readonly [from: number, to: number];

/** A window around a place, `share` times as wide and within the whole; null if it is the whole. */
export function zoomed(
  [from, to]: Span,
  around: number,
  share: number,
  whole: Span,
): [number, number] | null {
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

/** What a key does to a chart: another window, another place of the pointer, or the chart enlarged. */
export type KeyAction =
  | { readonly window: [number, number] | null }
  | { readonly place: number | null }
  | { readonly enlarge: true };

/** How many presses of an arrow cross the window. */
const PRESSES = 50;
/** How much narrower a press makes the window. */
const NARROWER = 0.7;

/**
 * The action of a key; null if it has none.
 *
 * @param place Where the pointer stands; null: nowhere, and the keys begin in the middle.
 */
export function keyAction(
  { key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">,
  window: Span,
  whole: Span,
  place: number | null,
): KeyAction | null {
  const [from, to] = window;
  const middle = place ?? (from + to) / 2;
  const direction = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  const step = (direction * (to - from)) / PRESSES;
  if (direction !== 0 && shiftKey) return { window: panned(window, step * 5, whole) };
  if (direction !== 0) return { place: Math.min(to, Math.max(from, middle + step)) };
  if (key === "+" || key === "=") return { window: zoomed(window, middle, NARROWER, whole) };
  if (key === "-") return { window: zoomed(window, middle, 1 / NARROWER, whole) };
  if (key === "0") return { window: null };
  if (key === "Enter") return { enlarge: true };
  return key === "Escape" && place !== null ? { place: null } : null;
}
