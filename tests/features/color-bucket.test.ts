/** Tests into which bucket a colour falls. */

import { expect, test } from "bun:test";
import { type Color, OFFICE_THEME, type Palette, resolveColor, rgbToHls } from "../../core/excel/color.ts";
import { readTheme } from "../../core/excel/theme.ts";
import { ColorBucket, colorBucket, fillBucket, fontBucket } from "../../core/features/color-bucket.ts";

const PALETTE: Palette = { indexed: [], theme: OFFICE_THEME };
const rgb = (value: number, tint = 0): Color => ({ kind: "rgb", value: (0xff000000 | value) >>> 0, tint });

test("colorBucket() puts colours into the buckets that a person would", () => {
  const expected: [number, ColorBucket][] = [
    [0xffffff, ColorBucket.White],
    [0xf2f2f2, ColorBucket.Gray], // lightness 0.949
    [0xf3f3f3, ColorBucket.White],
    [0x333333, ColorBucket.Black],
    [0x343434, ColorBucket.Gray],
    [0x000000, ColorBucket.Black],
    [0x808080, ColorBucket.Gray],
    [0xff0000, ColorBucket.Red],
    [0xff8000, ColorBucket.Red], // hue 0.0837
    [0xffc000, ColorBucket.Yellow],
    [0xffff00, ColorBucket.Yellow],
    [0x00b050, ColorBucket.Green],
    [0x0070c0, ColorBucket.Blue],
    [0x7030a0, ColorBucket.Blue], // hue 0.7619
    [0xff00ff, ColorBucket.Red], // hue 0.8333…
    [0xb300ff, ColorBucket.Blue], // hue 0.7837
    [0xd900ff, ColorBucket.Other], // hue 0.8085
    [0xfff8f8, ColorBucket.White], // nearly white
    [0x100000, ColorBucket.Black], // nearly black
  ];
  for (const [color, bucket] of expected) {
    expect([color.toString(16), colorBucket(rgbToHls(color))]).toEqual([color.toString(16), bucket]);
  }
});

test("resolveColor() applies the tint to the lightness, without rounding", () => {
  const lightness = (color: Color) => resolveColor(color, PALETTE)!.lightness;
  expect(lightness(rgb(0x808080, 0.5))).toBeCloseTo((128 / 255) * 0.5 + 0.5, 12);
  expect(lightness(rgb(0x808080, -0.25))).toBeCloseTo((128 / 255) * 0.75, 12);
  // Excel's "White, Background 1, Darker 5%" is just light enough for white.
  const darker = resolveColor({ kind: "theme", value: 0, tint: -0.0499893185216834 }, PALETTE)!;
  expect(colorBucket(darker)).toBe(ColorBucket.White);
});

test("resolveColor() knows the theme's order, the standard palette and the workbook's own", () => {
  const hls = (kind: "theme" | "indexed", value: number, palette = PALETTE) =>
    resolveColor({ kind, value, tint: 0 }, palette);
  expect(hls("theme", 0)).toEqual(rgbToHls(0xffffff));
  expect(hls("theme", 1)).toEqual(rgbToHls(0x000000));
  expect(hls("theme", 4)).toEqual(rgbToHls(0x4472c4));
  expect(hls("theme", 12)).toBeNull();
  expect(hls("indexed", 10)).toEqual(rgbToHls(0xff0000));
  expect(hls("indexed", 64)).toEqual(rgbToHls(0x000000));
  expect(hls("indexed", 65)).toEqual(rgbToHls(0xffffff));
  expect(hls("indexed", 80)).toBeNull();
  const own = { indexed: [0x123456], theme: OFFICE_THEME };
  expect(hls("indexed", 0, own)).toEqual(rgbToHls(0x123456));
  expect(hls("indexed", 10, own)).toEqual(rgbToHls(0xff0000));
});

test("readTheme() swaps dark and light into Excel's order and keeps the Office colours for what it lacks", () => {
  const xml =
    '<a:theme xmlns:a="x"><a:themeElements><a:clrScheme name="n"><a:dk1><a:sysClr val="windowText" lastClr="010203"/></a:dk1><a:lt1><a:srgbClr val="FAFBFC"/></a:lt1><a:accent1><a:srgbClr val="00FF00"><a:alpha val="1"/></a:srgbClr></a:accent1></a:clrScheme></a:themeElements></a:theme>';
  expect(readTheme(Buffer.from(xml)).slice(0, 5)).toEqual([0xfafbfc, 0x010203, 0xe7e6e6, 0x44546a, 0x00ff00]);
});

test("fillBucket() sees what fills show", () => {
  const fill = (pattern: string, foreground: Color | null, background: Color | null = null) =>
    fillBucket({ pattern, foreground, background }, PALETTE);
  const transparent: Color = { kind: "rgb", value: 0x00ff0000, tint: 0 };
  const auto: Color = { kind: "auto", value: 0, tint: 0 };
  expect(fill("solid", rgb(0xff0000))).toBe(ColorBucket.Red);
  expect(fill("none", rgb(0xff0000))).toBe(ColorBucket.White);
  expect(fill("solid", null, rgb(0xff0000))).toBe(ColorBucket.White);
  expect(fill("solid", transparent)).toBe(ColorBucket.Red);
  expect(fill("darkUp", transparent, rgb(0x0000ff))).toBe(ColorBucket.Red);
  expect(fill("darkUp", auto, transparent)).toBe(ColorBucket.Red);
  expect(fill("gray125", null)).toBe(ColorBucket.White);
  expect(fill("darkUp", auto, rgb(0x0000ff))).toBe(ColorBucket.Blue);
  expect(fill("darkUp", rgb(0x00ff00), rgb(0x0000ff))).toBe(ColorBucket.Green);
});

test("fontBucket() takes no colour, and the automatic one, for black, and a transparent one as it is", () => {
  const font = (color: Color | null) =>
    fontBucket({ name: null, size: 11, bold: false, strike: false, italic: false, color }, PALETTE);
  expect(font(null)).toBe(ColorBucket.Black);
  expect(font({ kind: "auto", value: 0, tint: 0 })).toBe(ColorBucket.Black);
  expect(font({ kind: "rgb", value: 0x00ff0000, tint: 0 })).toBe(ColorBucket.Red);
});
