/** Holds the page's state and keeps it and the address the same. */

import { formatAddress, parseAddress } from "./address.ts";
import type { PageState } from "./page-state.ts";

/** The keys whose change is a step that the browser's Back undoes; other changes replace the address. */
const STEPS: readonly (keyof PageState)[] = ["view", "chart", "tab", "of"];
/** How long the address may be older than the state, ms. */
const WRITE_PAUSE = 150;

export class Store {
  #state: PageState;
  readonly #window: Window;
  readonly #listeners = new Set<() => void>();
  #timer: number | null = null;

  constructor(window: Window) {
    this.#window = window;
    this.#state = parseAddress(window.location.hash);
    const read = () => {
      if (this.#timer !== null) window.clearTimeout(this.#timer);
      this.#timer = null;
      this.#take(parseAddress(window.location.hash));
    };
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
    // what was changed before the step belongs to the address that Back returns to
    if (isStep) {
      this.#write();
      this.#window.history.pushState(null, "", address);
    } else this.#writeSoon();
    this.#take(next);
  }

  /** Calls back after each change. @returns a function that ends this. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Browsers refuse addresses that change too often, and a zoom changes it with every frame. */
  #writeSoon(): void {
    if (this.#timer !== null) return;
    this.#timer = this.#window.setTimeout(() => this.#write(), WRITE_PAUSE);
  }

  #write(): void {
    if (this.#timer === null) return;
    this.#window.clearTimeout(this.#timer);
    this.#timer = null;
    this.#window.history.replaceState(null, "", formatAddress(this.#state));
  }

  #take(state: PageState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
