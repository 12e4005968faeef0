/** The histograms and images of a step, which come before its numbers and join the same row. */

import { imageValue, type SavedImage } from "../media/image-value.ts";

export class RowMedia {
  #histograms = new Map<string, unknown>();
  #images = new Map<string, SavedImage[]>();

  /** True if there are images that no row has taken yet. */
  get hasImages(): boolean {
    return this.#images.size > 0;
  }

  addHistogram(name: string, histogram: unknown): void {
    this.#histograms.set(name, histogram);
  }

  /** Several images under one name are kept side by side. */
  addImage(name: string, image: SavedImage): void {
    this.#images.set(name, [...(this.#images.get(name) ?? []), image]);
  }

  /** Forgets the histograms: the numbers of their step never came. Images are kept for a later row. */
  dropHistograms(): void {
    this.#histograms = new Map();
  }

  /**
   * The values of the row, in the order in which the log has them. What is added from now on joins the next
   * row.
   */
  completeRow(numbers: Readonly<Record<string, number>>): Map<string, unknown> {
    const values = new Map([...this.#histograms, ...Object.entries(numbers)]);
    for (const [name, images] of this.#images) values.set(name, imageValue(images));
    this.#histograms = new Map();
    this.#images = new Map();
    return values;
  }
}
