/** Tests the answers of the tools where something goes wrong, with a detector that the test makes up. */

import { expect, test } from "bun:test";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { UserError } from "../../core/base/problem.ts";
import type { FoundSheet, TableDetector } from "../../core/library/library-types.ts";
import { estimatedTokens } from "../../core/library/markdown-page.ts";
import { addTools } from "../../core/mcp/mcp-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

type Tool = (args: object, context: { mcpReq: { signal: AbortSignal } }) => Promise<CallToolResult>;

/** What `list_tables` answers, and the defects that were told. */
async function listed(
  find: TableDetector["find"],
  { maxTokens = 200, signal = new AbortController().signal } = {},
): Promise<{ text: string; isError: boolean; defects: readonly unknown[] }> {
  using folder = temporaryFolder("mcp-server");
  folder.write("book.xlsx", "");
  const tools = new Map<string, Tool>();
  const server = { registerTool: (name: string, _: unknown, tool: Tool) => tools.set(name, tool) };
  const defects: unknown[] = [];
  addTools(server as never, {
    detector: async () => ({ find }) as TableDetector,
    folders: [folder.path],
    mostTokens: 1000,
    onDefect: (error) => defects.push(error),
  });
  const args = { path: "book.xlsx", first_table: 1, max_tokens: maxTokens };
  const { content, isError = false } = await tools.get("list_tables")!(args, { mcpReq: { signal } });
  const [part] = content;
  return { text: part?.type === "text" ? part.text : "", isError, defects };
}

const sheet = (name: string): FoundSheet => ({ sheet: name, hidden: false, lookedAt: null, tables: [] });

test("no answer has more tokens than were asked for, whatever it says", async () => {
  const names = Array.from({ length: 500 }, (_, at) => `表 ${at}`).join(", ");
  const refused = await listed(async () => {
    throw new UserError({ message: "Cannot find this sheet", expected: `one of ${names}` });
  });
  const noted = await listed(async (file) => ({
    file: String(file),
    sheets: [sheet("a")],
    notes: Array.from({ length: 300 }, (_, at) => `sheet ${at}: a style that is no number`),
  }));
  for (const { text } of [refused, noted]) {
    expect(estimatedTokens(text)).toBeLessThanOrEqual(200);
    expect(estimatedTokens(text)).toBeGreaterThan(190);
    expect(text).toEndWith("…");
  }
  expect([refused.isError, refused.text, refused.defects]).toEqual([
    true,
    expect.stringMatching(/^Cannot find this sheet\n {2}expected {2}one of 表 0, 表 1,/),
    [],
  ]);
  expect(noted.text).toStartWith("No tables on 1 sheet.\nsheet 0: a style");
});

test("the server reports a defect, and the client learns nothing of it; a cancelled call is no defect", async () => {
  const failing = async () => {
    throw new Error("secret of a cell");
  };
  const { text, isError, defects } = await listed(failing);
  expect([isError, text, defects]).toEqual([
    true,
    "The program failed; its own output says why.",
    [new Error("secret of a cell")],
  ]);
  const signal = AbortSignal.abort(new Error("Connection closed"));
  const gone = await listed(async () => signal.throwIfAborted() as never, { signal });
  expect(gone.defects).toEqual([]);
});
