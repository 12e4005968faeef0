/** Tests the pictures that drawings become. */

import { expect, test } from "bun:test";
import { svgToPng } from "../../core/base/svg-png.ts";

const svg = (width: number, height: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"/>`;

/** Width and height, which stand at the beginning of a PNG file (its specification, section 11.2.1). */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
}

test("svgToPng() draws several at once, each in the size of its root", async () => {
  const sizes: [number, number][] = Array.from({ length: 8 }, (_, index) => [index + 1, 20 - index]);
  const pictures = await Promise.all(sizes.map(([width, height]) => svgToPng(svg(width, height))));
  expect(pictures.map(sizeOf)).toEqual(sizes);
  expect(pictures[0]!.subarray(1, 4)).toEqual(new TextEncoder().encode("PNG"));
});

test("svgToPng() rejects what is no drawing, and draws again after that", async () => {
  await expect(svgToPng("no drawing")).rejects.toThrow();
  expect(sizeOf(await svgToPng(svg(3, 2)))).toEqual([3, 2]);
});
