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

test("a letter of two, three or four bytes is read when its last byte is there", () => {
  using folder = temporaryFolder("console");
  for (const letter of ["é", "€", "😀"]) {
    const whole = Buffer.from(letter);
    for (const before of ["", "a", "éb", "€", "€é"]) {
      const from = Buffer.byteLength(before);
      for (let cut = 1; cut < whole.length; cut++) {
        const path = folder.write("output.log", Buffer.concat([Buffer.from(before), whole.subarray(0, cut)]));
        expect(readConsole(path, 0)).toEqual({ text: before, next: from, more: false });
      }
      const path = folder.write("output.log", before + letter);
      expect(readConsole(path, 0)).toEqual({ text: before + letter, next: from + whole.length, more: false });
    }
  }
});

test("a line that is longer than a piece comes in several, and the last line is read before it has an end", () => {
  using folder = temporaryFolder("console");
  const line = "é".repeat(600_000); // 1.2 MB; a piece of 1 MB ends between two letters or within one
  for (const start of ["", "x"]) {
    const path = folder.write("output.log", `${start}${line}\nlast`);
    const first = readConsole(path, 0);
    expect([Buffer.byteLength(first.text), first.more]).toEqual([2 ** 20 - start.length, true]);
    const rest = readConsole(path, first.next);
    expect(first.text + rest.text).toBe(`${start}${line}\nlast`);
    expect([rest.next, rest.more]).toEqual([start.length + 1_200_005, false]);
  }
});
