/** The colours of the drawn sheet, light and dark, and text that can be read on any fill. */

export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly grid: string;
  readonly border: string;
  readonly head: string;
  readonly headLine: string;
  readonly headInk: string;
  readonly headOn: string;
  readonly gap: string;
  readonly label: string;
  readonly proposal: string;
  readonly onMark: string;
  readonly waiting: string;
}

const LIGHT: Palette = {
  paper: "#ffffff",
  ink: "#1b1f24",
  grid: "#e3e6ea",
  border: "#4d545c",
  head: "#f3f5f7",
  headLine: "#d0d6dc",
  headInk: "#59636e",
  headOn: "#d6e6f8",
  gap: "#8a939c",
  label: "#0b63c5",
  proposal: "#c94a00",
  onMark: "#ffffff",
  waiting: "#f0f2f4",
};

const DARK: Palette = {
  paper: "#0d1117",
  ink: "#e6edf3",
  grid: "#232a33",
  border: "#a3abb4",
  head: "#161b22",
  headLine: "#30373f",
  headInk: "#9198a1",
  headOn: "#15304f",
  gap: "#7d8590",
  label: "#58a6ff",
  proposal: "#ff9248",
  onMark: "#0d1117",
  waiting: "#151b23",
};

export function paletteOf(isDark: boolean): Palette {
  return isDark ? DARK : LIGHT;
}

/** The least difference of lightness at which text is drawn in its own colour. */
const LEAST_DIFFERENCE = 0.35;

/** A text's own colour where it can be read on the fill, else black or white. */
export function inkOn(fill: string | undefined, color: string | undefined, palette: Palette): string {
  const ground = fill ?? palette.paper;
  const ink = color ?? palette.ink;
  const light = lightness(ground);
  if (Math.abs(light - lightness(ink)) >= LEAST_DIFFERENCE) return ink;
  return light > 0.5 ? "#1b1f24" : "#ffffff";
}

/** 0 (black) … 1 (white), of `#rrggbb`. */
function lightness(color: string): number {
  const value = Number.parseInt(color.slice(1, 7), 16);
  return (0.299 * (value >> 16) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255)) / 255;
}
