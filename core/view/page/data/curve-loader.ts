/**
 * Loads the curves of charts: those that are asked for at the same time in one request per run. A curve that
 * has been loaded stays until its run has more rows.
 */

import { type Curve, type CurveAxis, type Curves, PATHS } from "../../api.ts";
import type { Source } from "./source.ts";

/** How curves are to be returned. */
export interface CurveWindow {
  readonly x: CurveAxis;
  readonly from: number | null;
  readonly to: number | null;
  readonly buckets: number;
  /** The weight of the past, 0 to below 1. */
  readonly smooth: number;
}

interface Loaded {
  /** The number of the run's rows event with which it was asked for. */
  readonly age: number;
  readonly curve: Promise<Curve | null>;
}

interface Wanted {
  readonly id: string;
  readonly window: CurveWindow;
  readonly names: Map<string, (curve: Promise<Curve | null>) => void>;
}

/** How long requests are gathered, ms. */
const GATHER = 12;
/** More curves than this, and the oldest are forgotten. */
const MOST_KEPT = 6000;

export class CurveLoader {
  readonly #source: Source;
  readonly #loaded = new Map<string, Loaded>();
  readonly #ages = new Map<string, number>();
  readonly #wanted = new Map<string, Wanted>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** A run has more rows: its curves are loaded again when they are next asked for. */
  outdate(id: string): void {
    this.#ages.set(id, this.#age(id) + 1);
  }

  /** One metric of one run; null if the run lacks it. */
  load(id: string, name: string, window: CurveWindow): Promise<Curve | null> {
    const { x, from, to, buckets, smooth } = window;
    const request = [id, x, from, to, buckets, smooth].join("\n");
    const key = `${request}\n${name}`;
    const known = this.#loaded.get(key);
    if (known !== undefined && known.age === this.#age(id)) return known.curve;
    let settle: (curve: Promise<Curve | null>) => void = () => {};
    const curve = new Promise<Curve | null>((resolve) => {
      settle = resolve;
    });
    this.#keep(key, { age: this.#age(id), curve });
    this.#want(request, { id, window, names: new Map() }).names.set(name, settle);
    curve.catch(() => this.#loaded.delete(key));
    return curve;
  }

  #age(id: string): number {
    return this.#ages.get(id) ?? 0;
  }

  #keep(key: string, loaded: Loaded): void {
    this.#loaded.delete(key);
    this.#loaded.set(key, loaded);
    if (this.#loaded.size <= MOST_KEPT) return;
    for (const old of this.#loaded.keys().take(MOST_KEPT / 4)) this.#loaded.delete(old);
  }

  #want(request: string, fresh: Wanted): Wanted {
    if (this.#wanted.size === 0) setTimeout(() => this.#ask(), GATHER);
    const wanted = this.#wanted.get(request) ?? fresh;
    this.#wanted.set(request, wanted);
    return wanted;
  }

  #ask(): void {
    const all = [...this.#wanted.values()];
    this.#wanted.clear();
    for (const { id, window, names } of all) {
      const curves = this.#source.get<Curves>(curvesAddress(id, [...names.keys()], window));
      for (const [name, settle] of names) settle(curves.then((answer) => answer[name] ?? null));
    }
  }
}

/** The address of some metrics of a run. */
function curvesAddress(id: string, names: readonly string[], window: CurveWindow): string {
  const { x, from, to, buckets, smooth } = window;
  const asked = {
    x,
    buckets,
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(smooth > 0 ? { smooth } : {}),
  };
  const query = new URLSearchParams(Object.entries(asked).map(([key, value]) => [key, String(value)]));
  for (const name of names) query.append("name", name);
  return `${PATHS.curves(id)}?${query}`;
}
