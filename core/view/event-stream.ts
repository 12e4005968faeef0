/** Server-sent events to all pages that listen. */

/** Events that may wait for a page. */
const MOST_WAITING = 5_000;
/** A line that says nothing, so that a connection that is gone is noticed. */
const BEAT_MS = 15_000;

/** Called when the first page begins to listen, and when none is left. */
export interface Listening {
  readonly onFirst?: () => void;
  readonly onNone?: () => void;
}

/** @typeParam Events The data of each event, by its name. */
export class EventStream<Events> implements Disposable {
  readonly #listening: Listening;
  readonly #pages = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #beat: ReturnType<typeof setInterval> | null = null;

  constructor(listening: Listening = {}) {
    this.#listening = listening;
  }

  /** A new listener. It gets every event from now on. */
  connect(): Response {
    let page: ReadableStreamDefaultController<Uint8Array> | null = null;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        page = controller;
        this.#pages.add(controller);
        controller.enqueue(new TextEncoder().encode("retry: 1000\n\n"));
        this.#beat ??= setInterval(() => this.#write(": beat\n\n"), BEAT_MS);
        if (this.#pages.size === 1) this.#listening.onFirst?.();
      },
      cancel: () => {
        if (page) this.#remove(page);
      },
    });
    return new Response(stream, {
      headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
    });
  }

  send<Name extends keyof Events & string>(name: Name, data: Events[Name]): void {
    if (this.#pages.size > 0) this.#write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  [Symbol.dispose](): void {
    for (const page of this.#pages) this.#remove(page);
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

  #remove(page: ReadableStreamDefaultController<Uint8Array>): void {
    if (!this.#pages.delete(page)) return;
    closeQuietly(page);
    if (this.#pages.size > 0) return;
    if (this.#beat !== null) clearInterval(this.#beat);
    this.#beat = null;
    this.#listening.onNone?.();
  }
}

function closeQuietly(page: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    page.close();
  } catch {
    // The browser has closed it.
  }
}
