/** The runs that the page knows, kept up to date by the events of the server. */

import { PATHS, type RunList, type RunRow } from "../../api.ts";
import type { Source } from "./source.ts";

export class RunsModel {
  /** By id. */
  readonly rows = new Map<string, RunRow>();
  folder = "";
  /** False until the first list has come. */
  isLoaded = false;
  /** A sentence if the list could not be read. */
  problem: string | null = null;
  /** The line to the server; null before it is known. */
  isUp: boolean | null = null;
  /** Rises with each change. */
  version = 0;
  /** Rises when the line is back: what could not be asked meanwhile is asked again. */
  returns = 0;
  readonly #source: Source;
  readonly #listeners = new Set<() => void>();
  readonly #rowsListeners = new Set<(id: string) => void>();
  #isPending = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Reads the list and follows it. */
  async start(): Promise<void> {
    this.#source.listen({
      onEvent: (name, data) => this.#hear(name, data as never),
      onLine: (isUp) => {
        const isBack = isUp && this.isUp === false;
        this.isUp = isUp;
        this.#changed();
        if (isBack) void this.#loadAnew();
      },
    });
    await this.load();
  }

  /** What happened while the line was gone was not heard: any run may have more rows. */
  async #loadAnew(): Promise<void> {
    this.returns++;
    await this.load();
    for (const id of this.rows.keys()) this.#tellRows(id);
  }

  async load(): Promise<void> {
    try {
      const { folder, runs } = await this.#source.get<RunList>(PATHS.runs);
      this.folder = folder;
      this.rows.clear();
      for (const row of runs) this.rows.set(row.id, row);
      this.problem = null;
      this.isLoaded = true;
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.#changed();
  }

  /** Takes a row as it is now. */
  put(row: RunRow): void {
    this.rows.set(row.id, row);
    this.#changed();
  }

  remove(id: string): void {
    this.rows.delete(id);
    this.#changed();
  }

  /** Calls back after changes, at most once per frame. @returns a function that ends this. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back when a run has more rows. @returns a function that ends this. */
  onRows(listener: (id: string) => void): () => void {
    this.#rowsListeners.add(listener);
    return () => this.#rowsListeners.delete(listener);
  }

  #hear(name: "run" | "rows" | "gone", data: never): void {
    if (name === "run") this.put(data as RunRow);
    else if (name === "gone") this.remove(data as string);
    else this.#tellRows((data as { id: string }).id);
  }

  #tellRows(id: string): void {
    for (const listener of [...this.#rowsListeners]) listener(id);
  }

  #changed(): void {
    this.version++;
    if (this.#isPending) return;
    this.#isPending = true;
    requestAnimationFrame(() => {
      this.#isPending = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}
