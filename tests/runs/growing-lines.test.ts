/** Tests how a file of lines is followed while another process writes, cuts and replaces it. */

import { expect, test } from "bun:test";
import { appendFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { GrowingLines } from "../../core/runs/growing-lines.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A follower that keeps what it was handed. */
function follower(path: string) {
  const lines = new GrowingLines(path);
  const seen: string[] = [];
  const places: number[] = [];
  const read = async () => {
    await lines.read(
      (bytes, offset) => {
        seen.push(bytes.toString());
        places.push(offset);
      },
      () => void seen.splice(0),
    );
    return seen.join("");
  };
  return { read, places };
}

test("only whole lines are handed on, each once, and a torn one when it is whole", async () => {
  using folder = temporaryFolder("growing");
  const path = folder.join("lines");
  const { read } = follower(path);
  expect(await read()).toBe("");
  writeFileSync(path, "one\ntw");
  expect(await read()).toBe("one\n");
  expect(await read()).toBe("one\n");
  appendFileSync(path, "o\nthree\n");
  expect(await read()).toBe("one\ntwo\nthree\n");
});

test("a file that is cut, replaced or gone is read anew, even if it is longer than before", async () => {
  using folder = temporaryFolder("growing");
  const path = folder.write("lines", "a1\na2\na3\n");
  const { read } = follower(path);
  expect(await read()).toBe("a1\na2\na3\n");
  truncateSync(path, 3);
  expect(await read()).toBe("a1\n");
  appendFileSync(path, "a2\na3\n");
  expect(await read()).toBe("a1\na2\na3\n");
  // Cut and grown between two looks: only what was read last tells it.
  truncateSync(path, 3);
  appendFileSync(path, "b2\nb3\nb4\n");
  expect(await read()).toBe("a1\nb2\nb3\nb4\n");
  rmSync(path);
  expect(await read()).toBe("");
  writeFileSync(path, "c1\n");
  expect(await read()).toBe("c1\n");
});

test("lines that are longer than a block come whole, with the place where they begin", async () => {
  using folder = temporaryFolder("growing");
  const long = `${"x".repeat(3_000_000)}\n`;
  const path = folder.write("lines", `a\n${long}b\n${long}`);
  const { read, places } = follower(path);
  expect(await read()).toBe(`a\n${long}b\n${long}`);
  expect(places[0]).toBe(0);
  expect(places.every((place, index) => index === 0 || place > places[index - 1]!)).toBe(true);
});
