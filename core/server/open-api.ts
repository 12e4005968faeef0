/** The description of the server for programs that write clients: OpenAPI 3.1. */

import type { Json } from "../base/json.ts";

/** @param maxBytes The most bytes of a workbook, as the description says them. */
export function openApi({ version, maxBytes }: { version: string; maxBytes: number }): Json {
  const problem = (description: string): Json => ({
    description,
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  });
  const binary = { schema: { type: "string", format: "binary" } };
  return {
    openapi: "3.1.0",
    info: {
      title: "tablesense2",
      version,
      description: "Finds the tables on the sheets of workbooks.",
    },
    paths: {
      "/tables": {
        post: {
          operationId: "findTables",
          summary: "Find the tables of a workbook",
          description: `The body is the workbook itself, of at most ${maxBytes} bytes.`,
          requestBody: {
            required: true,
            content: {
              "application/octet-stream": binary,
              "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": binary,
              "text/csv": binary,
              "text/tab-separated-values": binary,
            },
          },
          responses: {
            "200": {
              description: "The tables of each sheet",
              content: { "application/json": { schema: { $ref: "#/components/schemas/Workbook" } } },
            },
            "400": problem("No body, or one that ended early"),
            "403": problem("The request came from a page of another server"),
            "408": problem("The upload took too long"),
            "413": problem("The workbook is too large"),
            "415": problem("The body is no workbook"),
            "422": problem("The workbook is broken or has a password"),
            "503": problem("Too many requests at once, or the server is ending: try again later"),
            "504": problem("The workbook took too long"),
          },
        },
      },
      "/health": {
        get: {
          operationId: "health",
          summary: "Ask whether the server works, and what it is doing",
          responses: {
            "200": {
              description: "It works",
              content: { "application/json": { schema: { $ref: "#/components/schemas/Health" } } },
            },
          },
        },
      },
      "/openapi.json": {
        get: {
          operationId: "describe",
          summary: "Get this description",
          responses: { "200": { description: "OpenAPI 3.1", content: { "application/json": {} } } },
        },
      },
    },
    components: {
      schemas: {
        Workbook: object({ sheets: list("#/components/schemas/Sheet"), notes: list({ type: "string" }) }),
        Sheet: object(
          {
            sheet: { type: "string" },
            hidden: { type: "boolean" },
            looked_at: {
              type: "string",
              description: "The range that was looked at, on a sheet that is too large",
            },
            tables: list("#/components/schemas/Table"),
          },
          ["sheet", "tables"],
        ),
        Table: object({
          range: { type: "string", examples: ["B4:G11"] },
          score: { type: "number", minimum: 0, maximum: 1 },
        }),
        Health: object({
          status: { const: "ok" },
          mode: { enum: ["model", "excel", "hybrid"] },
          device: { type: ["string", "null"] },
          score_threshold: { type: ["number", "null"] },
          requests: { type: "integer", description: "Requests for tables under way" },
        }),
        Problem: object(
          {
            type: { type: "string" },
            status: { type: "integer" },
            title: { type: "string" },
            detail: { type: "string" },
            fault: { type: "string", description: "The kind of fault of a workbook" },
            fix: { type: "string" },
          },
          ["type", "status", "title", "detail"],
        ),
      },
    },
  };
}

/** @param required The names of properties that are always there. @default all */
function object(
  properties: Record<string, Json>,
  required: readonly string[] = Object.keys(properties),
): Json {
  return { type: "object", properties, required: [...required] };
}

/** @param items A schema, or the place of one. */
function list(items: Json | string): Json {
  return { type: "array", items: typeof items === "string" ? { $ref: items } : items };
}
