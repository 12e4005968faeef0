/** The cells of a sheet that the page has: asked for in blocks, those in view first, a bounded number. */

import type { CellBlock, CellLook } from "../../label-messages.ts";

/** Rows and columns of a block: 2,048 cells, well below what one answer may hold. */
const BLOCK_ROWS = 64;
const BLOCK_COLS = 32;
/** How many blocks are kept: about 600,000 cells. */
const MOST_BLOCKS = 300;
/** How many questions are on their way at once. */
const MOST_ASKED = 4;

export type Block = readonly [blockRow: number, blockCol: number];

type Cells = CellBlock["cells"];

export class CellCache {
  readonly #ask: (top: number, left: number, rows: number, cols: number) => Promise<CellBlock>;
  readonly #onCells: () => void;
  /** In the order of their last use. */
  readonly #blocks = new Map<number, Cells>();
  readonly #asked = new Set<number>();
  #wanted: Block[] = [];
  /** Why the last block did not come; null if it came. */
  problem: string | null = null;

  /**
   * @param ask Gives a block of cells; rejects with a sentence for people.
   * @param onCells Called when cells have come, or could not.
   */
  constructor(
    ask: (top: number, left: number, rows: number, cols: number) => Promise<CellBlock>,
    onCells: () => void,
  ) {
    this.#ask = ask;
    this.#onCells = onCells;
  }

  /** The look of a cell; null if it has none; undefined while it has not come. */
  get(row: number, col: number): CellLook | null | undefined {
    const [blockRow, blockCol] = blockOf(row, col);
    const cells = this.#blocks.get(keyOf(blockRow, blockCol));
    if (cells === undefined) return undefined;
    return cells[row - 1 - blockRow * BLOCK_ROWS]?.[col - 1 - blockCol * BLOCK_COLS] ?? null;
  }

  /** Says which blocks are needed now, the most urgent first; forgets what was wanted before. */
  want(blocks: readonly Block[]): void {
    this.#wanted = [];
    for (const block of blocks) {
      const key = keyOf(...block);
      const cells = this.#blocks.get(key);
      if (cells === undefined) this.#wanted.push(block);
      else {
        this.#blocks.delete(key);
        this.#blocks.set(key, cells);
      }
    }
    this.#next();
  }

  /** Asks again for cells that did not come. */
  retry(): void {
    this.problem = null;
    this.#onCells();
  }

  /** Forgets all cells, of a sheet that is no longer shown; they are asked for again once they are needed. */
  forget(): void {
    this.#blocks.clear();
    this.#wanted = [];
  }

  #next(): void {
    while (this.#asked.size < MOST_ASKED && this.problem === null) {
      const block = this.#wanted.shift();
      if (block === undefined) return;
      if (!this.#asked.has(keyOf(...block))) void this.#fetch(block);
    }
  }

  async #fetch([blockRow, blockCol]: Block): Promise<void> {
    const key = keyOf(blockRow, blockCol);
    this.#asked.add(key);
    try {
      const block = await this.#ask(
        blockRow * BLOCK_ROWS + 1,
        blockCol * BLOCK_COLS + 1,
        BLOCK_ROWS,
        BLOCK_COLS,
      );
      this.#blocks.set(key, block.cells);
      for (const old of this.#blocks.keys()) {
        if (this.#blocks.size <= MOST_BLOCKS) break;
        this.#blocks.delete(old);
      }
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.#asked.delete(key);
    this.#next();
    this.#onCells();
  }
}

/** The block that has a cell; rows and columns count from 1, blocks from 0. */
export function blockOf(row: number, col: number): Block {
  return [Math.floor((row - 1) / BLOCK_ROWS), Math.floor((col - 1) / BLOCK_COLS)];
}

/** No sheet has more than 512 blocks beside each other. */
function keyOf(blockRow: number, blockCol: number): number {
  return blockRow * 512 + blockCol;
}
