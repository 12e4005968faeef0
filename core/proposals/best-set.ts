/**
 * Selects the best set of boxes that do not exclude one another: where a box and its parts are all
 * plausible, the parts win if together they are worth more. It is exact, a maximum-weight independent set.
 */

import { exclude, type ScoredBox, selectBoxes } from "./select.ts";

/**
 * A box is worth its score less this. With scores that are the expected share of a right table, a box with
 * a lower score lowers the expected F1.
 */
const COST = 0.35;
/**
 * The most boxes of a group that a search looks at, the best of them. Most of the others are further views of
 * the same tables.
 */
const MOST = 28;
/** The most steps of a search, far more than real sheets take. After so many the best set so far stands. */
const MOST_STEPS = 50_000;

/**
 * @returns The best set, and of the other boxes those that it does not exclude: boxes of lower scores, and
 *   tables of a group so large that no search looked at them. Best score first.
 */
export function bestSet(boxes: readonly ScoredBox[]): ScoredBox[] {
  const worth = boxes.filter(({ score }) => score > COST).sort((a, b) => b.score - a.score);
  const best = groups(worth).flatMap((group) => bestOfGroup(group.slice(0, MOST)));
  const free = boxes.filter((box) => best.every((other) => other !== box && !exclude(box, other)));
  return [...best, ...selectBoxes(free)].sort((a, b) => b.score - a.score);
}

/** The connected parts of the graph in which boxes that exclude one another are neighbours. */
function groups(boxes: readonly ScoredBox[]): ScoredBox[][] {
  const left = new Set(boxes);
  const found: ScoredBox[][] = [];
  for (const first of boxes) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const box of group) {
      for (const other of left) {
        if (!exclude(box, other)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    found.push(group.sort((a, b) => b.score - a.score));
  }
  return found;
}

/** Branch and bound: takes or leaves the best box that is left; what all others are worth bounds a branch. */
function bestOfGroup(group: readonly ScoredBox[]): ScoredBox[] {
  let best: ScoredBox[] = [];
  let most = 0;
  let steps = 0;
  const search = (taken: ScoredBox[], value: number, rest: readonly ScoredBox[]) => {
    if (value > most) [most, best] = [value, taken];
    const bound = rest.reduce((sum, { score }) => sum + score - COST, value);
    const [box, ...others] = rest;
    if (box === undefined || bound <= most || ++steps > MOST_STEPS) return;
    const free = others.filter((other) => !exclude(box, other));
    search([...taken, box], value + box.score - COST, free);
    if (free.length < others.length) search(taken, value, others);
  };
  search([], 0, group);
  return best;
}
