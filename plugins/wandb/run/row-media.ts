/** What a step's row holds besides numbers: the histograms and images that came before its numbers did. */

import { imageValue, type SavedImage } from "../media/image-value.ts";

export class RowMedia {
  #histograms = new Map<string, unknown>();
  #images = new Map<string, SavedImage[]>();

  /** True if images have come that no row has taken yet. */
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

  /** Forgets the histograms of a step whose numbers never came; images stay for a later row. */
  dropHistograms(): void {
    this.#histograms = new Map();
  }

  /** The values of a whole row, in the order in which the log has them. What comes from now on is the next row's. */
  completeRow(numbers: Readonly<Record<string, number>>): Map<string, unknown> {
    const values = new Map([...this.#histograms, ...Object.entries(numbers)]);
    for (const [name, images] of this.#images) values.set(name, imageValue(images));
    this.#histograms = new Map();
    this.#images = new Map();
    return values;
  }
}
