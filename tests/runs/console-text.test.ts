/** Tests how the console of a run is read piece by piece. */

import { expect, test } from "bun:test";
import { readConsole } from "../../core/runs/console-text.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("the pieces of a long console are its text, and no letter and no line is cut", () => {
  using folder = temporaryFolder("console");
  const lines = Array.from(
    { length: 60_000 },
    (_, index) => `line ${index} – äöü 😀 ${"x".repeat(index % 40)}\n`,
  );
  const text = lines.join("");
  const path = folder.write("output.log", text);
  const pieces: string[] = [];
  for (let next = 0, more = true; more; ) {
    const piece = readConsole(path, next);
    pieces.push(piece.text);
    if (piece.more) expect(piece.text.endsWith("\n")).toBe(true);
    ({ next, more } = piece);
  }
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join("")).toBe(text);
});

test("a letter that is half written waits for its rest; a console that is shorter now begins anew", () => {
  using folder = temporaryFolder("console");
  const bytes = Buffer.from("ab😀");
  const path = folder.write("output.log", bytes.subarray(0, 4));
  expect(readConsole(path, 0)).toEqual({ text: "ab", next: 2, more: false });
  folder.write("output.log", bytes);
  expect(readConsole(path, 2)).toEqual({ text: "😀", next: 6, more: false });
  expect(readConsole(path, 100)).toEqual({ text: "ab😀", next: 6, more: false });
});
