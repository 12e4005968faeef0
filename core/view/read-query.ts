/** Reads the parameters of an address, and refuses what they cannot be. */

import type { CurveRequest } from "../runs/open-run.ts";
import type { CurveAxis } from "../runs/run-data.ts";
import { RequestError } from "./request-error.ts";

const AXES: readonly CurveAxis[] = ["step", "epoch", "time", "sheets"];
const BUCKETS = { usual: 500, most: 20_000 };

/** @throws {RequestError} 400. */
export function readCurveQuery(query: URLSearchParams): CurveRequest {
  const list = query.get("names");
  const named = [...query.getAll("name"), ...(list === null ? [] : list.split(","))].filter(Boolean);
  const isAll = list === null && !query.has("name");
  const axis = AXES.find((each) => each === (query.get("x") ?? "step"));
  if (axis === undefined) throw wrong("x", `one of ${AXES.join(", ")}`, query);
  return {
    names: isAll ? null : named,
    axis,
    from: numberOf(query, "from", Number.NEGATIVE_INFINITY),
    to: numberOf(query, "to", Number.POSITIVE_INFINITY),
    buckets: wholeNumberOf(query, "buckets", { usual: BUCKETS.usual, least: 1, most: BUCKETS.most }),
    smooth: shareOf(query, "smooth"),
  };
}

/** A whole number between limits. @throws {RequestError} 400. */
export function wholeNumberOf(
  query: URLSearchParams,
  name: string,
  { usual, least, most }: { readonly usual?: number; readonly least: number; readonly most: number },
): number {
  const text = query.get(name);
  if (text === null && usual !== undefined) return usual;
  const value = Number(text ?? Number.NaN);
  if (Number.isSafeInteger(value) && value >= least && value <= most && text?.trim() !== "") return value;
  throw wrong(name, `a whole number from ${least} to ${most}`, query);
}

function numberOf(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  if (text === null || text === "") return usual;
  const value = Number(text);
  if (Number.isNaN(value)) throw wrong(name, "a number", query);
  return value;
}

function shareOf(query: URLSearchParams, name: string): number {
  const value = numberOf(query, name, 0);
  if (value >= 0 && value < 1) return value;
  throw wrong(name, "a number from 0 to below 1", query);
}

function wrong(name: string, expected: string, query: URLSearchParams): RequestError {
  return new RequestError(400, `The parameter ${name} has to be ${expected}, not "${query.get(name)}".`);
}
