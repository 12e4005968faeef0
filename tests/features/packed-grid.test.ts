/** Tests that a packed grid unpacks to the same features. */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { CHANNEL_COUNT, CHANNELS, DIGIT_PROPORTION, type Grid } from "../../core/features/grid.ts";
import { fillBuckets, packGrid, unpackGrid } from "../../core/features/packed-grid.ts";

/** Any grid: 0 and 1 everywhere, any float32 in the digit proportion. */
const grids: fc.Arbitrary<Grid> = fc
  .record({ height: fc.integer({ min: 0, max: 6 }), width: fc.integer({ min: 1, max: 6 }), seed: fc.nat() })
  .chain(({ height, width }) =>
    fc.record({
      height: fc.constant(height),
      width: fc.constant(width),
      bits: fc.array(fc.boolean(), {
        minLength: height * width * CHANNEL_COUNT,
        maxLength: height * width * CHANNEL_COUNT,
      }),
      digits: fc.array(fc.float(), { minLength: height * width, maxLength: height * width }),
    }),
  )
  .map(({ height, width, bits, digits }) => {
    const data = Float32Array.from(bits, Number);
    for (const [cell, value] of digits.entries()) data[cell * CHANNEL_COUNT + DIGIT_PROPORTION] = value;
    return { height, width, data };
  });

const bitsOf = (data: Float32Array) => Array.from(new Uint32Array(data.slice().buffer));

test("unpackGrid(packGrid()) gives back the same bits", () => {
  fc.assert(
    fc.property(grids, (grid) => {
      expect(bitsOf(unpackGrid(packGrid(grid)))).toEqual(bitsOf(grid.data));
    }),
    { numRuns: 100, seed: 1 },
  );
});

test("unpackGrid() writes equal cells of a sheet in a batch, with hints, as if each were alone", () => {
  const [height, width, channels] = [3, 4, 75];
  const vectors = Uint32Array.of(1, 0, 0, 0, 0, 2, 0x3f000000, 5);
  const packed = { height, width, vectors, cells: Uint16Array.from({ length: 12 }, (_, cell) => cell % 2) };
  const [paddedWidth, offset] = [6, 6 * 5 * channels];
  const batch = new Float32Array(offset + paddedWidth * height * channels).fill(7);
  unpackGrid(packed, batch, { paddedWidth, offset }, channels);
  const alone = [0, 1].map((cell) =>
    unpackGrid({ height: 1, width: 1, vectors, cells: Uint16Array.of(cell) }, undefined, undefined, channels),
  );
  for (let at = 0; at < batch.length / channels; at++) {
    const [row, column] = [Math.floor(at / paddedWidth) - 5, at % paddedWidth];
    const isInside = row >= 0 && column < width;
    const expected = isInside ? alone[(row * width + column) % 2]! : new Float32Array(channels).fill(7);
    expect([...batch.subarray(at * channels, (at + 1) * channels)]).toEqual([...expected]);
  }
});

test("unpackGrid() puts a grid into a padded batch and leaves the padding alone", () => {
  const data = new Float32Array(2 * 3 * CHANNEL_COUNT).fill(1);
  const batch = new Float32Array(2 * 4 * 5 * CHANNEL_COUNT).fill(-7);
  const offset = 4 * 5 * CHANNEL_COUNT;
  expect(unpackGrid(packGrid({ height: 2, width: 3, data }), batch, { paddedWidth: 5, offset })).toBe(batch);
  for (let cell = 0; cell < 2 * 4 * 5; cell++) {
    const [row, column] = [Math.floor((cell - 20) / 5), cell % 5];
    const isInside = cell >= 20 && row < 2 && column < 3;
    const values = batch.subarray(cell * CHANNEL_COUNT, (cell + 1) * CHANNEL_COUNT);
    expect([cell, values.every((value) => value === (isInside ? 1 : -7))]).toEqual([cell, true]);
  }
});

test("unpackGrid() refuses an array that is too short and rows that are too narrow", () => {
  const packed = packGrid({ height: 2, width: 2, data: new Float32Array(4 * CHANNEL_COUNT) });
  expect(() => unpackGrid(packed, new Float32Array(4 * CHANNEL_COUNT - 1))).toThrow(RangeError);
  expect(() => unpackGrid(packed, new Float32Array(9999), { paddedWidth: 1, offset: 0 })).toThrow(RangeError);
});

test("packGrid() refuses values between 0 and 1 outside the digit proportion, and data of another length", () => {
  const data = new Float32Array(CHANNEL_COUNT);
  data[DIGIT_PROPORTION] = 0.3;
  expect(() => packGrid({ height: 1, width: 1, data })).not.toThrow();
  data[3] = 0.5;
  expect(() => packGrid({ height: 1, width: 1, data })).toThrow(RangeError);
  expect(() => packGrid({ height: 1, width: 2, data })).toThrow(RangeError);
});

test("packGrid() widens its indices beyond 65,536 distinct cells", () => {
  const cells = 66_000;
  const data = new Float32Array(cells * CHANNEL_COUNT);
  for (let cell = 0; cell < cells; cell++) data[cell * CHANNEL_COUNT + DIGIT_PROPORTION] = cell / cells;
  const packed = packGrid({ height: 660, width: 100, data });
  expect(packed.cells).toBeInstanceOf(Uint32Array);
  expect(Bun.deepEquals(unpackGrid(packed), data)).toBe(true);
});

test("fillBuckets() gives each cell's background bucket", () => {
  const data = new Float32Array(8 * CHANNEL_COUNT);
  const first = CHANNELS.indexOf("bg_color_black");
  for (let bucket = 0; bucket < 8; bucket++) data[bucket * CHANNEL_COUNT + first + bucket] = 1;
  expect(Array.from(fillBuckets(packGrid({ height: 2, width: 4, data })))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("CHANNELS are the 43 of the feature set, in order", () => {
  expect(CHANNEL_COUNT).toBe(43);
  expect(new Set(CHANNELS).size).toBe(43);
  const places = {
    merge_left: 4,
    font_color_black: 8,
    bg_color_other: 23,
    digit_proportion: 24,
    bold: 32,
    has_comment: 42,
  };
  for (const [name, place] of Object.entries(places)) expect(CHANNELS.indexOf(name as "bold")).toBe(place);
});
