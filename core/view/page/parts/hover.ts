/** Where the pointer stands on the axis that all charts share, so that each shows its values there. */

export class Hover {
  /** A value on the axis; null if the pointer is over no chart. */
  x: number | null = null;
  /** The chart that the pointer is over. */
  chart: string | null = null;
  readonly #listeners = new Set<() => void>();
  #isPending = false;

  move(x: number | null, chart: string | null): void {
    if (x === this.x && chart === this.chart) return;
    this.x = x;
    this.chart = chart;
    if (this.#isPending) return;
    this.#isPending = true;
    requestAnimationFrame(() => {
      this.#isPending = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** Calls back at most once per frame. @returns a function that ends this. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
