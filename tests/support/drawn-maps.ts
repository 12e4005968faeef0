/** Dense maps drawn with characters, so that what is read off them can be checked by hand. */

import { randomStream } from "../../core/base/random.ts";
import { type CellBox, DENSE_MAPS, DenseMaps, type MapName } from "../../core/proposals/dense-maps.ts";

/** σ of this is 1 in float32, of its negative almost 0. */
const SURE = 40;

/**
 * @param pictures Rows of equal length for any of the maps: "." is 0, "#" is 1, a digit a tenth. Maps that
 * are not drawn are 0;
 *   without `data` there is data where `inside` is drawn.
 */
export function drawnMaps(pictures: Partial<Record<MapName, readonly string[]>>): DenseMaps {
  const drawn = Object.values(pictures)[0]!;
  const [height, width] = [drawn.length, drawn[0]!.length];
  const at = (map: MapName, cell: number) => pictures[map]?.[Math.floor(cell / width)]?.[cell % width] ?? ".";
  const logits = new Float32Array(height * width * DENSE_MAPS.length);
  for (let i = 0; i < logits.length; i++) {
    const mark = at(DENSE_MAPS[i % DENSE_MAPS.length]!, Math.floor(i / DENSE_MAPS.length));
    const p = Number(mark) / 10;
    logits[i] = mark === "." ? -SURE : mark === "#" ? SURE : Math.log(p / (1 - p));
  }
  const where = pictures.data ? "data" : "inside";
  const data = Uint8Array.from({ length: height * width }, (_, cell) => (at(where, cell) === "." ? 0 : 1));
  return new DenseMaps(height, width, logits, data);
}

/** What a perfect dense head says of these tables, full of data. */
export function mapsOfTables(height: number, width: number, tables: readonly CellBox[]): DenseMaps {
  const logits = new Float32Array(height * width * DENSE_MAPS.length).fill(-SURE);
  const data = new Uint8Array(height * width);
  for (const { x1, y1, x2, y2 } of tables) {
    for (let y = y1; y < y2; y++) {
      for (let x = x1; x < x2; x++) {
        const cell = y * width + x;
        data[cell] = 1;
        const says = [true, x === x1, y === y1, x === x2 - 1, y === y2 - 1];
        for (const [m, said] of says.entries()) if (said) logits[cell * DENSE_MAPS.length + m] = SURE;
      }
    }
  }
  return new DenseMaps(height, width, logits, data);
}

/** Noise in which blocks form: probabilities of all maps jump about, every other cell or so has data. */
export function randomMaps(height: number, width: number, seed: number): DenseMaps {
  const random = randomStream(seed, "maps", height, width);
  const logits = Float32Array.from({ length: height * width * 5 }, () => 8 * random.uniform() - 4);
  const data = Uint8Array.from({ length: height * width }, () => (random.chance(0.6) ? 1 : 0));
  return new DenseMaps(height, width, logits, data);
}

export function cellBox(x1: number, y1: number, x2: number, y2: number): CellBox {
  return { x1, y1, x2, y2 };
}

/** Its corners alone, of anything that is a box. */
export function corners({ x1, y1, x2, y2 }: CellBox): CellBox {
  return { x1, y1, x2, y2 };
}
