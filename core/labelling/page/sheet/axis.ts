/** Where the rows or the columns of a sheet lie: index to pixel and back, with runs of the same size. */

/** A row or column that is in view. */
export interface Line {
  /** From 1. */
  readonly index: number;
  /** Pixels from the first row or column to its beginning. */
  readonly start: number;
  readonly size: number;
}

interface Run {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly size: number;
}

export class Axis {
  /** How many rows or columns there are. */
  readonly count: number;
  /** Pixels of all of them. */
  readonly length: number;
  readonly #runs: readonly Run[];

  /** @param pairs How many lines and their size in pixels, in turns; size 0: hidden. */
  constructor(pairs: readonly number[]) {
    const runs: Run[] = [];
    let [first, start] = [1, 0];
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const [count, size] = [pairs[at]!, pairs[at + 1]!];
      if (count <= 0) continue;
      runs.push({ first, last: first + count - 1, start, size });
      first += count;
      start += count * size;
    }
    this.#runs = runs;
    this.count = first - 1;
    this.length = start;
  }

  /** Where a line begins. One line after the last begins where the last ends. */
  startOf(index: number): number {
    const run = this.#runs[this.#search(({ last }) => last >= index)];
    if (run === undefined) return this.length;
    return run.start + Math.max(0, index - run.first) * run.size;
  }

  /** 0 for a hidden line and for one that the sheet does not have. */
  sizeOf(index: number): number {
    const run = this.#runs[this.#search(({ last }) => last >= index)];
    return run === undefined || index < run.first ? 0 : run.size;
  }

  /** The visible line at a pixel; the first or the last one for a pixel outside. */
  at(pixel: number): number {
    if (pixel >= this.length) return this.#lastVisible();
    const run =
      this.#runs[this.#search(({ start, first, last, size }) => start + (last - first + 1) * size > pixel)];
    if (run === undefined) return 1;
    return run.first + Math.max(0, Math.floor((pixel - run.start) / run.size));
  }

  /** The visible lines with a pixel in `from` … `to`. How many are hidden does not matter to its time. */
  between(from: number, to: number): Line[] {
    const lines: Line[] = [];
    const begin = this.#search(({ start, first, last, size }) => start + (last - first + 1) * size > from);
    for (const { first, last, start, size } of this.#runs.slice(begin)) {
      if (start >= to) break;
      if (size === 0) continue;
      for (let k = Math.max(0, Math.floor((from - start) / size)); k <= last - first; k++) {
        if (start + k * size >= to) break;
        lines.push({ index: first + k, start: start + k * size, size });
      }
    }
    return lines;
  }

  #lastVisible(): number {
    return this.#runs.findLast(({ size }) => size > 0)?.last ?? 1;
  }

  /** The first run for which a condition holds; it has to hold for all runs after it. */
  #search(holds: (run: Run) => boolean): number {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(this.#runs[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
