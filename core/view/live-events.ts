/** Tells pages what changes in the folders of runs, as server-sent events. */

import type { RunRow } from "../runs/run-data.ts";
import type { RunChanges, RunList } from "../runs/run-list.ts";
import type { RunEvents } from "./api.ts";
import type { OpenRuns } from "./open-runs.ts";

/** From one look at the runs that train to the next, in ms; every third look is at all folders. */
const LOOK_MS = 500;
const LOOKS_PER_WHOLE = 3;
/** Events that may wait for a page. */
const MOST_WAITING = 5_000;
/** A line that says nothing, so that a connection that is gone is noticed. */
const BEAT_MS = 15_000;

/**
 * The pages that listen. The folders are looked at while there is one, and never for longer: a training does
 * not notice the viewer.
 */
export class LiveEvents implements Disposable {
  readonly #list: RunList;
  readonly #runs: OpenRuns;
  readonly #pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #rows = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #looks = 0;
  #beat: ReturnType<typeof setInterval> | null = null;

  constructor(list: RunList, runs: OpenRuns) {
    this.#list = list;
    this.#runs = runs;
  }

  /** A new listener. It gets every change from now on. */
  connect(): Response {
    let page: ReadableStreamDefaultController<Uint8Array> | null = null;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        page = controller;
        this.#pages.add(controller);
        controller.enqueue(new TextEncoder().encode("retry: 1000\n\n"));
        this.#begin();
      },
      cancel: () => {
        if (page) this.#remove(page);
      },
    });
    return new Response(stream, {
      headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
    });
  }

  /** Looks at all folders now, and tells all pages what has changed. */
  async look(): Promise<void> {
    await this.#tell(this.#list.look());
  }

  async #lookAgain(): Promise<void> {
    const isWhole = ++this.#looks % LOOKS_PER_WHOLE === 0;
    await this.#tell(isWhole ? this.#list.look() : this.#list.lookAtRunning());
  }

  async #tell({ changed, gone }: RunChanges): Promise<void> {
    for (const row of changed) this.#send("run", row);
    for (const id of gone) {
      this.#rows.delete(id);
      this.#send("gone", id);
    }
    for (const row of changed.filter(({ status, id }) => status === "running" || this.#rows.has(id))) {
      await this.#sendRows(row);
    }
  }

  [Symbol.dispose](): void {
    this.#end();
    for (const page of this.#pages) closeQuietly(page);
    this.#pages.clear();
  }

  async #sendRows({ id }: RunRow): Promise<void> {
    const path = this.#list.pathOf(id);
    if (path === null) return;
    const { rows } = await this.#runs.get(path, id).metrics();
    if (this.#rows.get(id) === rows) return;
    this.#rows.set(id, rows);
    this.#send("rows", { id, rows });
  }

  #send<Name extends keyof RunEvents>(name: Name, data: RunEvents[Name]): void {
    this.#write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (const page of this.#pages) {
      try {
        // A page that takes nothing, in a browser that sleeps, connects anew when it wakes up.
        if ((page.desiredSize ?? 0) < -MOST_WAITING) this.#remove(page);
        else page.enqueue(bytes);
      } catch {
        this.#remove(page);
      }
    }
  }

  #begin(): void {
    if (this.#timer !== null) return;
    const next = () => {
      this.#timer = setTimeout(() => {
        // A disk that does not answer for a moment costs one look.
        void this.#lookAgain()
          .catch(() => {})
          .finally(() => {
            if (this.#timer !== null) next();
          });
      }, LOOK_MS);
    };
    next();
    this.#beat = setInterval(() => this.#write(": beat\n\n"), BEAT_MS);
  }

  #end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#beat !== null) clearInterval(this.#beat);
    [this.#timer, this.#beat] = [null, null];
  }

  #remove(page: ReadableStreamDefaultController<Uint8Array>): void {
    this.#pages.delete(page);
    closeQuietly(page);
    if (this.#pages.size === 0) this.#end();
  }
}

function closeQuietly(page: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    page.close();
  } catch {
    // The page closed it first.
  }
}
