/** @param bySize Font sizes, each with how many cells have it; at least one cell. @returns The cells' median size. */
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
