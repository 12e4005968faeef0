/** Answers for curves from the columns that a report holds, computed as the server does. */

import { reduceCurve } from "../../../runs/reduce-curve.ts";
import { smoothed } from "../../../runs/smooth.ts";
import type { Curve, CurveAxis, Curves } from "../../api.ts";
import { type EmbeddedColumns, unpackNumbers } from "../../embedded-columns.ts";
import type { EmbeddedReport } from "../../embedded-report.ts";

const ADDRESS = /^\/api\/runs\/([^/]+)\/curves\?(.*)$/;
/** The server's, for an address without it. */
const BUCKETS = 500;

/** Columns of numbers, unpacked once. */
interface OpenColumn {
  readonly rows: Float64Array | null;
  readonly values: Float64Array;
  readonly count: number;
}

export class EmbeddedCurves {
  readonly #runs: EmbeddedReport["columns"];
  readonly #axes = new Map<string, Promise<Float64Array>>();
  readonly #columns = new Map<string, Promise<OpenColumn>>();

  constructor(runs: EmbeddedReport["columns"]) {
    this.#runs = runs;
  }

  /** The answer to an address of curves; null if it is none, or the report has no such run. */
  async answer(address: string): Promise<Curves | null> {
    const [, id, query] = ADDRESS.exec(address) ?? [];
    if (id === undefined) return null;
    const key = decodeURIComponent(id);
    const run = this.#runs[key];
    if (run === undefined) return null;
    const given = new URLSearchParams(query);
    const axis = (given.get("x") ?? "step") as CurveAxis;
    const positions = await once(this.#axes, `${key}\n${axis}`, () => unpackNumbers(run.axes[axis]));
    const window = {
      from: Number(given.get("from") ?? Number.NEGATIVE_INFINITY),
      to: Number(given.get("to") ?? Number.POSITIVE_INFINITY),
      buckets: Number(given.get("buckets") ?? BUCKETS),
    };
    const smooth = Number(given.get("smooth") ?? 0);
    const names = given.getAll("name").filter((name) => Object.hasOwn(run.metrics, name));
    const curves = names.map(async (name): Promise<[string, Curve]> => {
      const column = await once(this.#columns, `${key}\n${name}`, () => openColumn(run, name));
      const xs = column.rows?.map((row) => positions[row]!) ?? positions;
      const values = smooth > 0 ? smoothed(column.values, smooth) : column.values;
      return [name, reduceCurve(xs, values, window)];
    });
    return Object.fromEntries(await Promise.all(curves));
  }
}

async function openColumn(run: EmbeddedColumns, name: string): Promise<OpenColumn> {
  const { rows, values, count } = run.metrics[name]!;
  return {
    rows: rows === null ? null : await unpackNumbers(rows),
    values: await unpackNumbers(values),
    count,
  };
}

/** The value of a key, made when it is first needed. */
function once<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
