/** Loads the curves of one chart and hands them on while they come in, some at a time. */

import type { Curve } from "../../api.ts";
import type { CurveLoader, CurveWindow } from "../data/curve-loader.ts";

export interface WantedCurve {
  /** What the chart calls it. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  /** What is asked for. */
  readonly ask: CurveWindow;
  /** The window that it belongs to. */
  readonly window: CurveWindow;
}

/** By window and key. */
type LoadedCurves = ReadonlyMap<CurveWindow, ReadonlyMap<string, Curve>>;

interface LoadListener {
  /** @param left Curves that are still on their way. */
  readonly onLoaded: (loaded: LoadedCurves, left: number) => void;
  /** A sentence for people; null once curves come again. */
  readonly onProblem: (problem: string | null) => void;
}

/** Between two pictures of a chart whose curves come in one after the other, ms. */
const PAUSE = 120;

export class LoadOrder {
  readonly #loader: CurveLoader;
  readonly #wanted: readonly WantedCurve[];
  readonly #listener: LoadListener;
  readonly #loaded = new Map<CurveWindow, Map<string, Curve>>();
  #left = 0;
  #timer: number | null = null;
  #isCancelled = false;

  constructor(loader: CurveLoader, wanted: readonly WantedCurve[], listener: LoadListener) {
    this.#loader = loader;
    this.#wanted = wanted;
    this.#listener = listener;
  }

  start(): void {
    this.#left = this.#wanted.length;
    for (const wanted of this.#wanted) {
      this.#loader.load(wanted.id, wanted.name, wanted.ask).then(
        (curve) => this.#take(wanted, curve),
        (error: Error) => this.#fail(error),
      );
    }
  }

  /** Hands on nothing more. */
  cancel(): void {
    this.#isCancelled = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #take({ key, window }: WantedCurve, curve: Curve | null): void {
    const own = this.#loaded.get(window) ?? new Map<string, Curve>();
    if (curve !== null) own.set(key, curve);
    this.#loaded.set(window, own);
    if (!this.#isCancelled) this.#listener.onProblem(null);
    this.#arrived();
  }

  #fail(error: Error): void {
    if (!this.#isCancelled) this.#listener.onProblem(error.message);
    this.#arrived();
  }

  /** The last one is shown at once, the others together. */
  #arrived(): void {
    this.#left--;
    if (this.#isCancelled) return;
    if (this.#left === 0) this.#show();
    else this.#timer ??= window.setTimeout(() => this.#show(), PAUSE);
  }

  #show(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const loaded = [...this.#loaded].map(([window, curves]) => [window, new Map(curves)] as const);
    this.#listener.onLoaded(new Map(loaded), this.#left);
  }
}
