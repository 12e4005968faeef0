/** The bodies of requests and answers as JSON. */

import { RequestError } from "./request-error.ts";

/** @throws {RequestError} 415 or 400, for a body that is no JSON. */
export async function jsonBody(request: Request): Promise<unknown> {
  // A form of another page cannot send this type without being asked for it.
  if (!/^application\/json\b/.test(request.headers.get("content-type") ?? "")) {
    throw new RequestError(415, "The request has to be application/json.");
  }
  try {
    return (await request.json()) ?? {};
  } catch {
    throw new RequestError(400, "The request is not JSON.");
  }
}

/** @param status Of the answer. */
export function jsonAnswer(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { "cache-control": "no-store" } });
}
