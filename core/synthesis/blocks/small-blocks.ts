/** Chooses among the blocks that are not tables. */

import { logInteger, weighted } from "../draw.ts";
import { type Block, beside } from "./block.ts";
import { formBlock, parametersBlock, sheetFormBlock } from "./form-blocks.ts";
import { boxBlock, emptyFrameBlock, legendBlock, loneCellBlock, tilesBlock } from "./marker-blocks.ts";
import type { SheetAuthor } from "./sheet-author.ts";
import { contentsBlock, instructionsBlock, proseBlock } from "./text-blocks.ts";

/** A block for a sheet without a table. */
export function nonTableBlock(author: SheetAuthor): Block {
  const random = author.random;
  const look = author.look;
  switch (random.integer(0, 9)) {
    case 0:
    case 1:
      return formBlock(random, look, random.integer(3, 12));
    case 2:
      return parametersBlock(random, author.domain, look, random.integer(3, 12));
    case 3:
    case 4:
      return proseBlock(random, look, logInteger(random, 2, 40));
    case 5:
      return contentsBlock(random, look, logInteger(random, 3, 25));
    case 6:
      return instructionsBlock(random, look, random.integer(3, 12));
    case 7:
      return sheetFormBlock(random, look, random.integer(3, 20));
    case 8:
      return tilesBlock(random, look);
    default:
      return beside([{ block: boxBlock(random, look) }, { block: legendBlock(random, look), gap: 2 }]);
  }
}

/** A small block that stands near tables. */
export function asideBlock(author: SheetAuthor): Block {
  const random = author.random;
  const look = author.look;
  const kind = weighted(random, [
    ["form", 5],
    ["parameters", 3],
    ["legend", 1],
    ["box", 1.5],
    ["instructions", 1],
    ["prose", 1],
    ["cell", 2],
    ["tiles", 0.7],
    ["sheet form", 0.8],
    ["frame", 0.5],
  ]);
  switch (kind) {
    case "form":
      return formBlock(random, look, random.integer(2, 7));
    case "parameters":
      return parametersBlock(random, author.domain, look, random.integer(1, 6));
    case "legend":
      return legendBlock(random, look);
    case "box":
      return boxBlock(random, look);
    case "instructions":
      return instructionsBlock(random, look, random.integer(2, 6));
    case "prose":
      return proseBlock(random, look, random.integer(1, 5));
    case "tiles":
      return tilesBlock(random, look);
    case "sheet form":
      return sheetFormBlock(random, look, random.integer(2, 6));
    case "frame":
      return emptyFrameBlock(random);
    default:
      return loneCellBlock(random, look);
  }
}
