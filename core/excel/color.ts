/** Colours as workbooks store them, and how they look on the screen. */

import type { XmlReader } from "./xml-reader.ts";

/** A colour as stored: one of the four ways, and a tint. */
export interface Color {
  readonly kind: "rgb" | "indexed" | "theme" | "auto";
  /** rgb: 0xAARRGGBB, whose alpha Excel ignores; indexed, theme: the index; auto: 0. */
  readonly value: number;
  /** −1 (black) … 1 (white); 0 leaves the colour as it is. */
  readonly tint: number;
}

/** The colours that a workbook defines. */
export interface Palette {
  /** 0xRRGGBB of each indexed colour that the workbook itself defines; empty for none. */
  readonly indexed: readonly number[];
  /**
   * 0xRRGGBB of the theme's colours in Excel's order: light 1, dark 1, light 2, dark 2, accents 1–6, links.
   */
  readonly theme: readonly number[];
}

/** Hue, lightness, saturation, each 0 … 1. */
export interface Hls {
  readonly hue: number;
  readonly lightness: number;
  readonly saturation: number;
}

/** The colour of the Office theme of 2013 and later, in Excel's order. */
export const OFFICE_THEME: readonly number[] = [
  0xffffff, 0x000000, 0xe7e6e6, 0x44546a, 0x4472c4, 0xed7d31, 0xa5a5a5, 0xffc000, 0x5b9bd5, 0x70ad47,
  0x0563c1, 0x954f72,
];

/** Index 64 is the system's window text, 65 the window's background. */
const WINDOW_TEXT = 64;
const WINDOW_BACKGROUND = 65;

/** The standard palette, indices 0–63. (ECMA-376 part 1, 18.8.27) */
const STANDARD_PALETTE: readonly number[] = [
  0x000000, 0xffffff, 0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0xff00ff, 0x00ffff, 0x000000, 0xffffff,
  0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0xff00ff, 0x00ffff, 0x800000, 0x008000, 0x000080, 0x808000,
  0x800080, 0x008080, 0xc0c0c0, 0x808080, 0x9999ff, 0x993366, 0xffffcc, 0xccffff, 0x660066, 0xff8080,
  0x0066cc, 0xccccff, 0x000080, 0xff00ff, 0xffff00, 0x00ffff, 0x800080, 0x800000, 0x008080, 0x0000ff,
  0x00ccff, 0xccffff, 0xccffcc, 0xffff99, 0x99ccff, 0xff99cc, 0xcc99ff, 0xffcc99, 0x3366ff, 0x33cccc,
  0x99cc00, 0xffcc00, 0xff9900, 0xff6600, 0x666699, 0x969696, 0x003366, 0x339966, 0x003300, 0x333300,
  0x993300, 0x993366, 0x333399, 0x333333,
];

/** Reads the colour element whose start the reader is at; null where it names no colour. */
export function readColor(xml: XmlReader): Color | null {
  const tint = Number(xml.attribute("tint") ?? 0);
  const shade = Number.isFinite(tint) ? Math.max(-1, Math.min(1, tint)) : 0;
  const rgb = xml.attribute("rgb");
  if (rgb !== null) {
    // Six digits are opaque, as in the eight-digit form FFRRGGBB.
    if (!/^(?:[0-9a-fA-F]{2})?[0-9a-fA-F]{6}$/.test(rgb)) return null;
    const value = Number.parseInt(rgb.length === 6 ? `ff${rgb}` : rgb, 16);
    return { kind: "rgb", value, tint: shade };
  }
  for (const kind of ["indexed", "theme"] as const) {
    const index = xml.integer(kind, -1);
    if (index >= 0) return { kind, value: index, tint: shade };
  }
  return xml.boolean("auto", false) ? { kind: "auto", value: 0, tint: 0 } : null;
}

/**
 * What a colour looks like, tint and all. The tint is applied to the lightness and nothing is rounded to 8
 * bits on the way. (ECMA-376 part 1, 18.8.19)
 *
 * @returns null for `auto` and for indices that name no colour.
 */
export function resolveColor(color: Color, palette: Palette): Hls | null {
  const rgb = baseColor(color, palette);
  if (rgb === null) return null;
  const { hue, lightness, saturation } = rgbToHls(rgb);
  const { tint } = color;
  const tinted = tint < 0 ? lightness * (1 + tint) : lightness * (1 - tint) + tint;
  return { hue, lightness: tinted, saturation };
}

function baseColor({ kind, value }: Color, palette: Palette): number | null {
  if (kind === "rgb") return value & 0xffffff;
  if (kind === "theme") return palette.theme[value] ?? null;
  if (kind === "auto") return null;
  if (value === WINDOW_TEXT) return 0x000000;
  if (value === WINDOW_BACKGROUND) return 0xffffff;
  return palette.indexed[value] ?? STANDARD_PALETTE[value] ?? null;
}

/** 0xRRGGBB → hue, lightness, saturation. (Foley, van Dam et al., the double hexcone model) */
export function rgbToHls(rgb: number): Hls {
  const red = ((rgb >> 16) & 255) / 255;
  const green = ((rgb >> 8) & 255) / 255;
  const blue = (rgb & 255) / 255;
  const high = Math.max(red, green, blue);
  const low = Math.min(red, green, blue);
  const lightness = (high + low) / 2;
  const chroma = high - low;
  if (chroma === 0) return { hue: 0, lightness, saturation: 0 };
  const saturation = lightness <= 0.5 ? chroma / (high + low) : chroma / (2 - high - low);
  let sextant: number;
  if (high === red) sextant = (green - blue) / chroma;
  else if (high === green) sextant = 2 + (blue - red) / chroma;
  else sextant = 4 + (red - green) / chroma;
  const hue = sextant / 6;
  return { hue: hue - Math.floor(hue), lightness, saturation };
}

/** How a colour looks on a page, `#rrggbb`; null as of `resolveColor`. */
export function cssColor(color: Color, palette: Palette): string | null {
  const look = resolveColor(color, palette);
  return look === null ? null : `#${hlsToRgb(look).toString(16).padStart(6, "0")}`;
}

/** The inverse of `rgbToHls`, to the nearest 8 bits: 0xRRGGBB. */
function hlsToRgb({ hue, lightness, saturation }: Hls): number {
  const chroma = saturation * (1 - Math.abs(2 * lightness - 1));
  const channel = (turn: number) => {
    const sextant = ((((hue + turn) % 1) + 1) % 1) * 6;
    const share = Math.max(0, Math.min(1, Math.abs(sextant - 3) - 1));
    return Math.round(255 * Math.max(0, Math.min(1, lightness + chroma * (share - 0.5))));
  };
  return (channel(0) << 16) | (channel(-1 / 3) << 8) | channel(1 / 3);
}
