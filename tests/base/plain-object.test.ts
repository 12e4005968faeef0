/** Tests what counts as an object, and what as a plain one. */

import { expect, test } from "bun:test";
import { isPlainObject, isRecord } from "../../core/base/plain-object.ts";

const NEITHER = [null, undefined, [], [{}], "text", 1, true, () => ({})];

test("isRecord() is true for objects that are no lists, of whatever class", () => {
  for (const value of [{}, { a: 1 }, Object.create(null), new Error("no"), new Map()]) {
    expect(isRecord(value)).toBe(true);
  }
  for (const value of NEITHER) expect(isRecord(value)).toBe(false);
});

test("isPlainObject() is true for objects without a class only", () => {
  for (const value of [{}, { a: 1 }, Object.create(null)]) expect(isPlainObject(value)).toBe(true);
  for (const value of [...NEITHER, new Error("no"), new Map(), new Uint8Array(1), Object.create({ a: 1 })]) {
    expect(isPlainObject(value)).toBe(false);
  }
});
