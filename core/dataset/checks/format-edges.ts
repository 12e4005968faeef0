/** Finds tables that begin or end with lines that have nothing but formatting. */

import { formatRange, type Range } from "../../base/range.ts";
import { Content, cellContent } from "../../features/cell-content.ts";
import type { PackedGrid } from "../../features/packed-grid.ts";
import type { RegionDoubt } from "./check-regions.ts";

/** A value, or a part of a merged range, which may reach over lines of its table. */
const HELD = Content.Data | Content.Merged;

/**
 * Names first rows and outer columns with formatting alone. Last rows are left out: prepared, bordered rows
 * below a header belong to its table. A corner without a value above row headers lies in lines that hold
 * something, so it raises no doubt.
 *
 * @param ranges Inside the grid.
 */
export function formatEdges(ranges: readonly Range[], grid: PackedGrid): RegionDoubt[] {
  const content = cellContent(grid);
  const some = ({ top, left, bottom, right }: Range, bits: number): boolean => {
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        if ((content[(row - 1) * grid.width + column - 1]! & bits) !== 0) return true;
      }
    }
    return false;
  };
  return ranges.flatMap((range) => {
    const edges: [name: string, line: Range][] = [
      ["first row", { ...range, bottom: range.top }],
      ["first column", { ...range, right: range.left }],
      ["last column", { ...range, left: range.right }],
    ];
    // An edge without formatting is empty, and checkRegions has it.
    const bare = edges.filter(([, line]) => some(line, Content.Drawn) && !some(line, HELD));
    if (bare.length === 0 || !some(range, Content.Data)) return [];
    const names = bare.map(([name]) => name).join(" and ");
    return [{ message: `the ${names} of the table ${formatRange(range)} has formatting alone` }];
  });
}
