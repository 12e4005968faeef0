/** Tests how a benchmark's line of JSON is found. */

import { expect, test } from "bun:test";
import { printedObject } from "../../bench/printed-object.ts";

test("printedObject() takes the last line that is an object, whatever else is printed", () => {
  const output = '$ bun bench\nround 1: {"seconds":9}\n{"seconds":1}\n{"seconds":2}\n{ not JSON\n[3]\n';
  expect(printedObject(output)).toEqual({ seconds: 2 });
});

test("printedObject() finds nothing in lines for people alone", () => {
  expect(printedObject("{ not JSON\n| a | table |\n")).toBeNull();
});
