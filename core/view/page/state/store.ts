/** Holds the page's state and keeps it and the address the same. */

import { formatAddress, parseAddress } from "./address.ts";
import type { PageState } from "./page-state.ts";

/** The keys whose change is a step that the browser's Back undoes; other changes replace the address. */
const STEPS: readonly (keyof PageState)[] = ["view", "chart", "tab", "of"];

export class Store {
  #state: PageState;
  readonly #window: Window;
  readonly #listeners = new Set<() => void>();

  constructor(window: Window) {
    this.#window = window;
    this.#state = parseAddress(window.location.hash);
    const read = () => this.#take(parseAddress(window.location.hash));
    window.addEventListener("popstate", read);
    window.addEventListener("hashchange", read);
  }

  get state(): PageState {
    return this.#state;
  }

  /** Changes part of the state. */
  set(change: Partial<PageState>): void {
    const next = { ...this.#state, ...change };
    const address = formatAddress(next);
    if (address === formatAddress(this.#state)) return;
    const isStep = STEPS.some((key) => next[key] !== this.#state[key]);
    if (isStep) this.#window.history.pushState(null, "", address);
    else this.#window.history.replaceState(null, "", address);
    this.#take(next);
  }

  /** Calls back after each change. @returns a function that ends this. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(state: PageState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
