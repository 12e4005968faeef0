/** Sheets of records and pivot tables. */

import { logInteger } from "../draw.ts";
import { drawPageFilters, planPivot } from "../plans/plan-pivot.ts";
import { type Block, beside, type Placed, stack } from "./block.ts";
import type { SheetAuthor } from "./sheet-author.ts";
import { tableBlock } from "./table-block.ts";

/** Records, with one to three pivot tables beside or below them and their filters. */
export function pivotSheet(author: SheetAuthor): Block {
  const random = author.random;
  const source = author.table({
    bodyRows: logInteger(random, 3, Math.min(150, author.limits.maxRows)),
    width: random.integer(3, 10),
  });
  const pivots: Placed[] = [];
  for (let index = 0, count = random.integer(1, 3); index < count; index++) {
    const plan = planPivot(random, author.domain, logInteger(random, 2, 20), random.integer(2, 7));
    const pivot = tableBlock(random, plan, author.look);
    const gap = random.integer(1, 4);
    pivots.push({
      block: random.chance(0.3) ? filtered(author, pivot) : pivot,
      gap,
      shift: random.integer(0, 4),
    });
  }
  return random.chance(0.7)
    ? beside([
        { block: source },
        { block: stack(pivots), gap: random.integer(1, 4), shift: random.integer(0, 6) },
      ])
    : stack([
        { block: source },
        { block: beside(pivots), gap: random.integer(1, 6), shift: random.integer(0, 5) },
      ]);
}

/** A pivot table with its page filters above it, after an empty row. */
function filtered(author: SheetAuthor, pivot: Block): Block {
  const filters = drawPageFilters(author.random, author.domain);
  const look = author.look;
  const block: Block = {
    height: filters.length,
    width: 2,
    draw({ canvas }, top, left) {
      for (const [at, [label, choice]] of filters.entries()) {
        canvas.put(top + at, left, label, look.label);
        canvas.put(top + at, left + 1, choice, look.field);
      }
    },
  };
  return stack([{ block }, { block: pivot, gap: 1 }]);
}
