/** Colours in eight buckets (docs/features.md, "From RGB to a bucket" and "Which fill is visible"). */

import { type Hls, type Palette, resolveColor } from "../excel/color.ts";
import type { Fill, Font } from "../excel/styles.ts";

/** The buckets, in the order of their channels. */
export const ColorBucket = {
  Black: 0,
  White: 1,
  Gray: 2,
  Red: 3,
  Yellow: 4,
  Green: 5,
  Blue: 6,
  Other: 7,
} as const;

export type ColorBucket = (typeof ColorBucket)[keyof typeof ColorBucket];

/** The bucket of a colour. */
export function colorBucket({ hue, lightness, saturation }: Hls): ColorBucket {
  if (saturation <= 0.15) {
    if (lightness >= 0.95) return ColorBucket.White;
    return lightness <= 0.2 ? ColorBucket.Black : ColorBucket.Gray;
  }
  if (lightness >= 0.97) return ColorBucket.White;
  if (lightness <= 0.06) return ColorBucket.Black;
  if (hue < 0.0944 || hue >= 0.8333) return ColorBucket.Red;
  if (hue < 0.2222) return ColorBucket.Yellow;
  if (hue < 0.4722) return ColorBucket.Green;
  return hue < 0.8056 ? ColorBucket.Blue : ColorBucket.Other;
}

/** The bucket of a font's colour; black where it has none. */
export function fontBucket({ color }: Font, palette: Palette): ColorBucket {
  const visible = color && resolveColor(color, palette);
  return visible ? colorBucket(visible) : ColorBucket.Black;
}

/**
 * The bucket of a cell's visible fill; white where it has none. Alpha counts for nothing, as in Excel and
 * LibreOffice.
 */
export function fillBucket(fill: Fill, palette: Palette): ColorBucket {
  if (fill.pattern === "none") return ColorBucket.White;
  let visible = fill.foreground && resolveColor(fill.foreground, palette);
  if (visible === null && fill.pattern !== "solid")
    visible = fill.background && resolveColor(fill.background, palette);
  return visible ? colorBucket(visible) : ColorBucket.White;
}
