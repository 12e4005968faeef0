/** Divides workbooks into folds of about the same number of sheets, for k-fold validation. */

/**
 * Deals units (workbooks, or sources) in the order of their positions, each to the fold with the fewest
 * sheets so far. With at least as many units as folds, no fold is empty. Unlike a split by ratios, a new
 * workbook may move others to another fold.
 *
 * @param units The unit of each sheet.
 * @param folds The number of folds.
 * @param positionOf The place of a unit in the order, any number.
 * @returns The fold of each unit, from 1.
 */
export function dealFolds(
  units: readonly string[],
  folds: number,
  positionOf: (unit: string) => number,
): Map<string, number> {
  const sheets = new Map<string, number>();
  for (const unit of units) sheets.set(unit, (sheets.get(unit) ?? 0) + 1);
  const order = [...sheets.keys()]
    .map((unit) => ({ unit, position: positionOf(unit) }))
    .sort((a, b) => a.position - b.position || (a.unit < b.unit ? -1 : 1));
  const sizes = new Array<number>(folds).fill(0);
  const foldOf = new Map<string, number>();
  for (const { unit } of order) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold]! += sheets.get(unit)!;
    foldOf.set(unit, fold + 1);
  }
  return foldOf;
}
