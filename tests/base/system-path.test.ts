/** Tests paths with bytes that are no UTF-8. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { pathText, shownPath, systemPath } from "../../core/base/system-path.ts";

const bytesOf = (text: string) => Buffer.from(systemPath(text));

test("systemPath() gives back the bytes that pathText() was made of, whatever they are", () => {
  for (const hex of [
    "61e92e786c7378",
    "c3a9",
    "e282",
    "f09f9880ff",
    "eda080",
    "c3a9e9c3a9",
    "80",
    "f48fbba9",
    "",
  ]) {
    expect([hex, bytesOf(pathText(Buffer.from(hex, "hex"))).toString("hex")]).toEqual([hex, hex]);
  }
});

test("pathText() keeps UTF-8 as it is, and survives paths and JSON where it stands for bytes", () => {
  expect(pathText(Buffer.from("Größe 😀"))).toBe("Größe 😀");
  expect(systemPath("Größe 😀")).toBe("Größe 😀");
  const text = pathText(Buffer.from("a\xe9b", "latin1"));
  expect(text).toBe("a\u{10fee9}b");
  expect(bytesOf(join("x", JSON.parse(JSON.stringify(text)))).toString("latin1")).toBe(join("x", "a\xe9b"));
  expect(shownPath(text)).toBe("a\ufffdb");
});
