/** Problem documents: errors of the server as JSON (RFC 9457). */

import { type Problem, UserError } from "../base/problem.ts";
import { WorkbookError, type WorkbookFault } from "../excel/workbook-error.ts";

/** An error with the status that answers it. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly status: number;
  /** The kind of the problem. */
  readonly title: string;
  /** What differs from one answer of this kind to the next. */
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, title: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.headers = headers;
  }
}

/** The status for each fault of a workbook. */
const STATUS: Readonly<Record<WorkbookFault, number>> = {
  unreadable: 500,
  "not-a-workbook": 415,
  "unsupported-format": 415,
  encrypted: 422,
  corrupt: 422,
  "too-large": 413,
};

/** The answer to what went wrong. Defects are not described: their messages may quote the workbook. */
export function problemResponse(error: unknown): Response {
  if (error instanceof HttpProblem) {
    const { status, title, detail, headers } = error;
    return document(status, { title, detail }, headers);
  }
  if (error instanceof WorkbookError) {
    const { fault, part, reason, problems } = error;
    const fix = problems[0]?.fix;
    return document(STATUS[fault], {
      title: "The workbook cannot be read",
      detail: part === null ? reason : `${part}: ${reason}`,
      fault,
      ...(fix === undefined ? {} : { fix }),
    });
  }
  if (error instanceof UserError) {
    return document(422, { title: "The tables cannot be found", detail: words(error.problems[0]) });
  }
  return document(500, { title: "The server failed", detail: "the server's own output says why" });
}

/** The problem without its file, whose name is the server's own. */
function words(problem: Problem | undefined): string {
  return [problem?.message, problem?.got].filter(Boolean).join(": ");
}

function document(status: number, fields: object, headers: Readonly<Record<string, string>> = {}): Response {
  const body = JSON.stringify({ type: "about:blank", status, ...fields });
  // What is left of the upload is not read: the connection cannot be used again.
  return new Response(`${body}\n`, {
    status,
    headers: { "content-type": "application/problem+json", connection: "close", ...headers },
  });
}
