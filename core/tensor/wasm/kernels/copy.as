// Copies of rows that do not lie side by side, as concatenations and slices need them.

/** Copies `rows` rows of `bytes` bytes, a multiple of 4, that begin `fromStep` and `toStep` bytes apart. */
export function copyRows(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: usize, rows: usize): void {
  const vectors = bytes & ~15;
  for (let r: usize = 0; r < rows; r++, from += fromStep, to += toStep) {
    let at: usize = 0;
    for (; at < vectors; at += 16) v128.store(to + at, v128.load(from + at));
    for (; at < bytes; at += 4) store<i32>(to + at, load<i32>(from + at));
  }
}
