/** The median font size of a sheet's cells, by which the size of each cell is classed. */

/**
 * The median size; between two middle cells, the mean of both.
 *
 * @param bySize Font sizes in points, and how many cells have each; at least one cell.
 */
export function medianFontSize(bySize: ReadonlyMap<number, number>): number {
  const sizes = [...bySize].sort(([a], [b]) => a - b);
  const total = sizes.reduce((sum, [, count]) => sum + count, 0);
  const atRank = (rank: number): number => {
    let seen = 0;
    for (const [size, count] of sizes) {
      seen += count;
      if (rank < seen) return size;
    }
    return sizes.at(-1)![0];
  };
  return (atRank(Math.floor((total - 1) / 2)) + atRank(Math.floor(total / 2))) / 2;
}
