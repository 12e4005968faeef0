/** The blocks that sheets are made of: each knows its size before it has a place. */

import type { Range } from "../../base/range.ts";
import type { SheetCanvas } from "../sheet/sheet-canvas.ts";

/** A sheet being drawn, and the ranges of the tables on it so far. */
interface Draft {
  readonly canvas: SheetCanvas;
  readonly tables: Range[];
}

/** Something that takes up a rectangle of a sheet. */
export interface Block {
  /** The rows that it may write to or format. */
  readonly height: number;
  /** The columns that it may write to or format. */
  readonly width: number;
  /** Draws it with its top-left cell at (top, left). */
  draw(draft: Draft, top: number, left: number): void;
}

/** A block, its distance from the block before it, and its distance from the edge that they share. */
export interface Placed {
  readonly block: Block;
  /** Empty rows between it and the block before; columns for blocks side by side. */
  readonly gap?: number;
  /** Columns by which it is indented; rows for blocks side by side. */
  readonly shift?: number;
}

/** Blocks from top to bottom as one block. */
export function stack(placed: readonly Placed[]): Block {
  const tops: number[] = [];
  let height = 0;
  let width = 0;
  for (const [index, { block, gap = 0, shift = 0 }] of placed.entries()) {
    tops.push(height + (index === 0 ? 0 : gap));
    height = tops[index]! + block.height;
    width = Math.max(width, shift + block.width);
  }
  return {
    height,
    width,
    draw(draft, top, left) {
      for (const [index, { block, shift = 0 }] of placed.entries())
        block.draw(draft, top + tops[index]!, left + shift);
    },
  };
}

/** Blocks from left to right as one block. */
export function beside(placed: readonly Placed[]): Block {
  const lefts: number[] = [];
  let height = 0;
  let width = 0;
  for (const [index, { block, gap = 0, shift = 0 }] of placed.entries()) {
    lefts.push(width + (index === 0 ? 0 : gap));
    width = lefts[index]! + block.width;
    height = Math.max(height, shift + block.height);
  }
  return {
    height,
    width,
    draw(draft, top, left) {
      for (const [index, { block, shift = 0 }] of placed.entries())
        block.draw(draft, top + shift, left + lefts[index]!);
    },
  };
}
