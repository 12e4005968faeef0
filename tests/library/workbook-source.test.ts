/** Tests what counts as a workbook that a program gives, and that no more than its bytes is handed on. */

import { expect, test } from "bun:test";
import { UserError } from "../../core/base/problem.ts";
import { WorkbookError } from "../../core/excel/workbook-error.ts";
import { namedSource } from "../../core/library/workbook-source.ts";

test("a part of a buffer is handed on as a buffer of its own, and a whole one as it is", async () => {
  const whole = new Uint8Array(1000).fill(7);
  const shared = new Uint8Array(new SharedArrayBuffer(8)).fill(3);
  for (const [given, length] of [
    [whole.subarray(10, 20), 10],
    [shared, 8],
    [Buffer.from("small buffers lie in a pool"), 27],
  ] as const) {
    const { bytes } = (await namedSource(given)) as { bytes: Uint8Array };
    expect([bytes.length, bytes.buffer.byteLength, bytes.buffer instanceof ArrayBuffer]).toEqual([
      length,
      length,
      true,
    ]);
    expect([...bytes]).toEqual([...given]);
  }
  const named = { name: "a.csv", bytes: whole };
  expect(((await namedSource(named)) as typeof named).bytes).toBe(whole);
});

test("bytes have the name of their file, if it has one", async () => {
  const name = async (source: Parameters<typeof namedSource>[0]) =>
    ((await namedSource(source)) as { name: string }).name;
  expect(await name(new File(["a,b"], "mine.csv"))).toBe("mine.csv");
  expect(await name(new Blob(["a,b"]))).toBe("workbook");
  expect(await name(new ArrayBuffer(3))).toBe("workbook");
  expect(await namedSource(new URL("file:///home/me/a%20b.xlsx"))).toBe("/home/me/a b.xlsx");
});

test("a file of Bun's that is not there is a workbook that cannot be read", async () => {
  const error = await namedSource(Bun.file("/nowhere/a.xlsx")).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(WorkbookError);
  const { fault, file } = error as WorkbookError;
  expect([fault, file]).toEqual(["unreadable", "/nowhere/a.xlsx"]);
});

test("anything else is refused", async () => {
  for (const source of [
    null,
    undefined,
    4,
    {},
    { name: "x", bytes: "text" },
    new URL("https://example.org/x"),
  ]) {
    const error = await namedSource(source as never).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
  }
});
