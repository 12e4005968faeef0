/**
 * Small text as strokes: the picture of a run looks the same on a machine without any font. It has small
 * letters, digits and some signs.
 */

/** Lines through points of two digits, x and y. y is 0 at the lowest, 2 on the line, 8 at the top. */
const GLYPHS: Readonly<Record<string, string>> = {
  a: "46 42,45 36 16 05 03 12 32 43",
  b: "08 02,05 16 36 45 43 32 12 03",
  c: "45 36 16 05 03 12 32 43",
  d: "48 42,45 36 16 05 03 12 32 43",
  e: "04 44 45 36 16 05 03 12 32 43",
  f: "12 17 28 38,06 36",
  g: "46 41 30 10 01,45 36 16 05 03 12 32 43",
  h: "08 02,05 16 36 45 42",
  i: "06 02,08 08",
  j: "16 11 00,18 18",
  k: "08 02,36 04 42",
  l: "08 02",
  m: "06 02,05 16 26 35 32,35 46 56 65 62",
  n: "06 02,05 16 36 45 42",
  o: "16 36 45 43 32 12 03 05 16",
  p: "06 00,05 16 36 45 43 32 12 03",
  q: "46 40,45 36 16 05 03 12 32 43",
  r: "06 02,04 15 26 36",
  s: "45 36 16 05 14 34 43 32 12 03",
  t: "18 13 22 32,06 36",
  u: "06 03 12 32 43,46 42",
  v: "06 22 46",
  w: "06 12 36 52 66",
  x: "06 42,02 46",
  y: "06 22,46 22 10 00",
  z: "06 46 02 42",
  "0": "18 38 47 43 32 12 03 07 18",
  "1": "07 18 12",
  "2": "07 18 38 47 46 02 42",
  "3": "07 18 38 47 46 35 15,35 44 43 32 12 03",
  "4": "32 38 04 44",
  "5": "48 08 05 35 44 43 32 12 03",
  "6": "38 16 04 03 12 32 43 44 35 15 04",
  "7": "08 48 12",
  "8": "15 06 07 18 38 47 46 35 15 04 03 12 32 43 44 35",
  "9": "12 34 46 47 38 18 07 06 15 35 46",
  ".": "02 02",
  "-": "05 35",
  "+": "05 45,27 23",
  "/": "01 38",
  _: "01 41",
  "(": "28 17 13 22",
  ")": "08 17 13 02",
  " ": "",
};
/** For everything else. */
const UNKNOWN = "02 08 48 42 02";
const BLANK_WIDTH = 2;
/** Between two letters. */
const SPACE = 2;
/** The height of a digit, in units of the glyphs. */
const DIGIT_HEIGHT = 6;

/** The width of a text in pixels. @param size The height of its digits in pixels. */
export function textWidth(text: string, size: number): number {
  const units = [...text].reduce((sum, letter) => sum + widthOf(letter) + SPACE, -SPACE);
  return (Math.max(0, units) * size) / DIGIT_HEIGHT;
}

/**
 * A text as the data of an SVG path, to be stroked with round caps.
 *
 * @param x The left end of the text, or its middle or right end.
 * @param y The line on which it stands.
 * @param size The height of its digits, in pixels.
 */
export function strokeText(
  text: string,
  x: number,
  y: number,
  size: number,
  anchor: "start" | "middle" | "end" = "start",
): string {
  const unit = size / DIGIT_HEIGHT;
  const share = { start: 0, middle: 0.5, end: 1 }[anchor];
  let left = x - share * textWidth(text, size);
  let path = "";
  for (const letter of text) {
    const lines = (GLYPHS[letter] ?? UNKNOWN).split(",").filter((line) => line !== "");
    for (const line of lines) {
      const points = line.split(" ").map(([across, up]) => {
        return `${short(left + Number(across) * unit)} ${short(y - (Number(up) - 2) * unit)}`;
      });
      path += `M${points.join("L")}`;
    }
    left += (widthOf(letter) + SPACE) * unit;
  }
  return path;
}

function widthOf(letter: string): number {
  const glyph = GLYPHS[letter] ?? UNKNOWN;
  if (glyph === "") return BLANK_WIDTH;
  return Math.max(...glyph.split(/[ ,]/).map((point) => Number(point[0])));
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}
