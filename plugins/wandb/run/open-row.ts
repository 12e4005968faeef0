/** The row that is being put together: numbers, histograms and images of one step, which become one record. */

import { imageValue, type SavedImage } from "../media/image-value.ts";

export class OpenRow {
  #step: number | null = null;
  #loggedAt = 0;
  #values = new Map<string, unknown>();
  #images = new Map<string, SavedImage[]>();

  /** The step whose row is open: its numbers have come, images may follow. null before that. */
  get step(): number | null {
    return this.#step;
  }

  /** True if images have come that no row has taken yet. */
  get hasImages(): boolean {
    return this.#images.size > 0;
  }

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  /** Several images under one name are kept side by side. */
  addImage(name: string, image: SavedImage): void {
    this.#images.set(name, [...(this.#images.get(name) ?? []), image]);
  }

  /** The numbers of a step are here. */
  open(step: number, row: Readonly<Record<string, number>>): void {
    this.#step = step;
    this.#loggedAt = Date.now();
    for (const [name, value] of Object.entries(row)) this.#values.set(name, value);
  }

  /** Forgets what was gathered for a step whose numbers never came; its images stay. */
  dropValues(): void {
    this.#values.clear();
  }

  /** Everything there is, for the record; what comes from now on is the next row's. */
  take(): { step: number | null; values: Map<string, unknown>; loggedAt: number } {
    const values = this.#values;
    for (const [name, images] of this.#images) values.set(name, imageValue(images));
    const taken = { step: this.#step, values, loggedAt: this.#loggedAt || Date.now() };
    this.#step = null;
    this.#loggedAt = 0;
    this.#values = new Map();
    this.#images = new Map();
    return taken;
  }
}
