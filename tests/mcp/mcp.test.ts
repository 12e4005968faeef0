/** Tests the server for language models with the protocol's own client: listing, paging, limits, refusals. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { type CallToolResult, Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { PROJECT_ROOT } from "../../core/base/project-root.ts";
import type { SheetLayout } from "../../core/excel/write/workbook-layout.ts";
import { encodeWorkbook } from "../../core/excel/write/write-workbook.ts";
import { estimatedTokens } from "../../core/library/markdown-page.ts";
import { writeRandomCheckpoint } from "../support/random-checkpoint.ts";
import { sharedFolder } from "../support/temporary-folder.ts";

const ROWS = 120;
const folder = sharedFolder("mcp");
const client = new Client({ name: "test", version: "1" });

/** Excel tables on one sheet, side by side, each of two columns. */
function sheetOfTables(name: string, tables: number, rows: number): SheetLayout {
  const headers = (table: number) => [`key ${table}`, `value ${table}`];
  const cells = Array.from({ length: tables }, (_, table) => {
    const left = 1 + table * 3;
    const row = (at: number, values: readonly (string | number)[]) =>
      values.map((value, column) => ({ row: at, column: left + column, value }));
    return [
      ...row(1, headers(table)),
      ...Array.from({ length: rows }, (_, at) => row(at + 2, [`item ${at + 1}`, at + 1])).flat(),
    ];
  }).flat();
  const excelTables = Array.from({ length: tables }, (_, table) => {
    const left = 1 + table * 3;
    const range = { top: 1, left, bottom: rows + 1, right: left + 1 };
    return { name: `${name}_${table}`, range, columns: headers(table) };
  });
  return { name, cells, excelTables };
}

beforeAll(async () => {
  folder.write("shown/long.xlsx", encodeWorkbook({ sheets: [sheetOfTables("Long", 1, ROWS)] }));
  folder.write("shown/many.xlsx", encodeWorkbook({ sheets: [sheetOfTables("Many", 40, 3)] }));
  folder.write("shown/broken.xlsx", Buffer.from("PK\u0003\u0004 and no more"));
  folder.write("hidden.xlsx", encodeWorkbook({ sheets: [sheetOfTables("Secret", 1, 3)] }));
  symlinkSync(folder.join("hidden.xlsx"), folder.join("shown", "link.xlsx"));
  const program = join(PROJECT_ROOT, "core/commands/mcp.ts");
  const options = ["--mode", "excel", "--max-tokens", "5000"];
  const args = [program, folder.join("shown"), ...options];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "inherit" }));
}, 120_000);
afterAll(() => client.close());

/** The text of an answer, and whether it is an error. */
async function call(
  name: string,
  args: Record<string, unknown>,
  of = client,
): Promise<{ text: string; isError: boolean }> {
  const { content, isError = false } = (await of.callTool({ name, arguments: args })) as CallToolResult;
  expect(content).toHaveLength(1);
  const [part] = content;
  if (part?.type !== "text") throw new Error(`An answer of the type ${part?.type}`);
  return { text: part.text, isError };
}

test("there are two tools, which only read, and their arguments are described", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
    ["list_tables", true],
    ["read_table", true],
  ]);
  for (const { description, inputSchema } of tools) {
    expect(description!.length).toBeGreaterThan(20);
    for (const property of Object.values(inputSchema.properties ?? {})) {
      expect(property).toMatchObject({ description: expect.any(String) });
    }
  }
});

test("list_tables lists the tables of a workbook with their sheets and ranges", async () => {
  const { text, isError } = await call("list_tables", { path: "long.xlsx" });
  expect([isError, text]).toEqual([
    false,
    `Tables 1 to 1 of 1:\n1. sheet "Long" range A1:B${ROWS + 1}, ${ROWS + 1} rows × 2 columns, score 1.00\nThat is all.`,
  ]);
});

test("a long list comes in parts that follow on from each other, none over its tokens", async () => {
  const listed: number[] = [];
  for (let next: number | null = 1; next !== null; ) {
    const { text } = await call("list_tables", { path: "many.xlsx", first_table: next, max_tokens: 400 });
    expect(estimatedTokens(text)).toBeLessThanOrEqual(400);
    listed.push(...[...text.matchAll(/^(\d+)\. sheet/gm)].map(([, number]) => Number(number)));
    const more = /first_table (\d+)\.$/.exec(text)?.[1];
    next = more === undefined ? null : Number(more);
  }
  expect(listed).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  const beyond = await call("list_tables", { path: "many.xlsx", first_table: 41 });
  expect([beyond.isError, beyond.text]).toEqual([true, expect.stringContaining("a number from 1 to 40")]);
});

test("read_table gives every row once over its pages, each with the header, none over its tokens", async () => {
  const keys: string[] = [];
  let pages = 0;
  for (let next: number | null = 1; next !== null; pages++) {
    const place = { path: "long.xlsx", sheet: "Long", range: `A1:B${ROWS + 1}` };
    const { text } = await call("read_table", { ...place, first_row: next, max_tokens: 300 });
    expect(estimatedTokens(text)).toBeLessThanOrEqual(300);
    expect(text).toStartWith("| key 0 | value 0 |\n| --- | --- |\n");
    keys.push(...[...text.matchAll(/^\| (item \d+) \| \d+ \|$/gm)].map(([, key]) => key!));
    const more = /first_row (\d+)\.$/.exec(text)?.[1];
    next = more === undefined ? null : Number(more);
  }
  expect(pages).toBeGreaterThan(3);
  expect(keys).toEqual(Array.from({ length: ROWS }, (_, at) => `item ${at + 1}`));
});

test("more tokens than the command allows, and too few, are refused", async () => {
  const place = { path: "long.xlsx", sheet: "Long", range: "A1:B9" };
  for (const max_tokens of [5001, 199]) {
    const { isError, text } = await call("read_table", { ...place, max_tokens });
    expect([isError, text]).toEqual([true, expect.stringContaining("max_tokens")]);
  }
  expect((await call("read_table", { ...place, max_tokens: 5000 })).isError).toBe(false);
});

test("workbooks outside of the folder are not there, by any path or link", async () => {
  for (const path of [
    "../hidden.xlsx",
    folder.join("hidden.xlsx"),
    "link.xlsx",
    "missing.xlsx",
    ".",
    "/etc/passwd",
  ]) {
    const { isError, text } = await call("list_tables", { path });
    expect([path, isError, text]).toEqual([
      path,
      true,
      expect.stringContaining("got       no such file there"),
    ]);
  }
  expect((await call("list_tables", { path: folder.join("shown", "long.xlsx") })).isError).toBe(false);
});

test("a broken workbook, a wrong sheet and a wrong range are answers that say what is wrong", async () => {
  for (const [name, args, message] of [
    ["list_tables", { path: "broken.xlsx" }, "Cannot read the workbook"],
    ["read_table", { path: "long.xlsx", sheet: "long", range: "A1:B2" }, 'expected  one of "Long"'],
    ["read_table", { path: "long.xlsx", sheet: "Long", range: "A1-B2" }, "expected  a range such as B4:G11"],
  ] as const) {
    const { isError, text } = await call(name, args);
    expect([isError, text]).toEqual([true, expect.stringContaining(message)]);
  }
});

test("weights that are missing are an answer, and are looked for again with the next call", async () => {
  const checkpoint = folder.join("late.pt");
  const program = join(PROJECT_ROOT, "core/commands/mcp.ts");
  const args = [program, folder.join("shown"), "--checkpoint", checkpoint, "--device", "js"];
  const late = new Client({ name: "test", version: "1" });
  await late.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "inherit" }));
  try {
    const first = await call("list_tables", { path: "long.xlsx" }, late);
    expect(first).toMatchObject({ isError: true, text: expect.stringContaining("late.pt") });
    writeRandomCheckpoint(checkpoint);
    expect((await call("list_tables", { path: "long.xlsx" }, late)).isError).toBe(false);
  } finally {
    await late.close();
  }
}, 120_000);
