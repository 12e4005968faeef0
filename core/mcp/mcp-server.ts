/** The tools that a language model gets: list the tables of a workbook, and read one by pages. */

import type { CallToolResult, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { UserError } from "../base/problem.ts";
import type { TableDetector } from "../library/library-types.ts";
import { textWithin } from "../library/markdown-page.ts";
import { allowedPath } from "./allowed-path.ts";
import { listText } from "./list-text.ts";

export interface McpServerOptions {
  /** Opened when a tool is called for the first time. */
  readonly detector: () => Promise<TableDetector>;
  /** The folders whose workbooks may be read; see `allowedFolders`. */
  readonly folders: readonly string[];
  /** The most tokens of one answer, as `estimatedTokens` counts them. */
  readonly mostTokens: number;
  /** Gets what was a defect. */
  readonly onDefect: (error: unknown) => void;
}

/** An answer's usual length, tokens. */
const USUAL_TOKENS = 4000;
const LEAST_TOKENS = 200;
/** Tokens for the line below a page. */
const FRAME_TOKENS = 60;

/** Adds the tools to a server of the SDK. */
export function addTools(server: McpServer, options: McpServerOptions): void {
  const { detector, folders, mostTokens } = options;
  const path = z.string().describe(`Path of the workbook, in ${folders.join(" or ")}`);
  const tokens = z
    .int()
    .min(LEAST_TOKENS)
    .max(mostTokens)
    .default(Math.min(USUAL_TOKENS, mostTokens))
    .describe("Most tokens of the answer, estimated");
  server.registerTool(
    "list_tables",
    {
      title: "List tables",
      description:
        "Lists the tables on the sheets of a spreadsheet file (.xlsx, .xlsm, .csv and others) with their ranges. " +
        "Call it before read_table.",
      inputSchema: z.object({
        path,
        first_table: z.int().min(1).default(1).describe("Number of the first table to list"),
        max_tokens: tokens,
      }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (args, { mcpReq: { signal } }) =>
      answer(options, { signal, maxTokens: args.max_tokens }, async () => {
        const file = allowedPath(args.path, folders);
        const found = await (await detector()).find(file, { signal });
        return listText(found, args.first_table, args.max_tokens);
      }),
  );
  server.registerTool(
    "read_table",
    {
      title: "Read a table",
      description:
        "Reads rows of one table as Markdown. The header is repeated on every page; the line below the page says " +
        "how to get the next one.",
      inputSchema: z.object({
        path,
        sheet: z.string().describe("Name of the sheet, as list_tables gives it"),
        range: z.string().describe("Range of the table, as list_tables gives it: B4:G11"),
        first_row: z.int().min(1).default(1).describe("First row, from 1 below the header"),
        max_tokens: tokens,
      }),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (args, { mcpReq: { signal } }) =>
      answer(options, { signal, maxTokens: args.max_tokens }, async () => {
        const file = allowedPath(args.path, folders);
        const { sheet, range, first_row: firstRow, max_tokens } = args;
        const maxTokens = max_tokens - FRAME_TOKENS;
        const page = await (await detector()).page(file, { sheet, range, firstRow, maxTokens, signal });
        const cut = page.isCut
          ? " Long texts are cut, and columns may be missing: a row does not fit otherwise."
          : "";
        const more =
          page.lastRow < page.rows
            ? `More rows: call again with first_row ${page.lastRow + 1}.`
            : "That is the end of the table.";
        return `${page.markdown}\nRows ${page.firstRow} to ${page.lastRow} of ${page.rows}.${cut} ${more}`;
      }),
  );
}

/** What the client says about a call. */
interface Call {
  /** Aborted if nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly maxTokens: number;
}

/** What went wrong is an answer too: the model can act on it. */
async function answer(
  { onDefect }: McpServerOptions,
  { signal, maxTokens }: Call,
  work: () => Promise<string>,
): Promise<CallToolResult> {
  const content = (text: string) => [{ type: "text" as const, text: textWithin(maxTokens, text) }];
  try {
    return { content: content(await work()) };
  } catch (error) {
    const isForUser = error instanceof UserError;
    if (!isForUser && !signal.aborted) onDefect(error);
    const text = isForUser ? error.message : "The program failed; its own output says why.";
    return { content: content(text), isError: true };
  }
}
