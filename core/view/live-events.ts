/** Tells pages what changes in the folders of runs, as server-sent events. */

import type { RunRow } from "../runs/run-data.ts";
import type { RunChanges, RunList } from "../runs/run-list.ts";
import type { RunEvents } from "./api.ts";
import { EventStream } from "./event-stream.ts";
import type { OpenRuns } from "./open-runs.ts";

/** From one look at the runs that train to the next, in ms; every third look is at all folders. */
const LOOK_MS = 500;
const LOOKS_PER_WHOLE = 3;
/**
 * The pages that listen. The folders are looked at while there is one, and never for longer: a training does
 * not notice the viewer.
 */
export class LiveEvents implements Disposable {
  readonly #list: RunList;
  readonly #runs: OpenRuns;
  readonly #stream: EventStream<RunEvents>;
  readonly #rows = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #looks = 0;
  /** Rises when the looking begins or ends: a look that is under way then is not followed by another. */
  #round = 0;

  constructor(list: RunList, runs: OpenRuns) {
    this.#list = list;
    this.#runs = runs;
    this.#stream = new EventStream({ onFirst: () => this.#begin(), onNone: () => this.#end() });
  }

  /** A new listener. It gets every change from now on. */
  connect(): Response {
    return this.#stream.connect();
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
    for (const row of changed) this.#stream.send("run", row);
    for (const id of gone) {
      this.#rows.delete(id);
      this.#stream.send("gone", id);
    }
    for (const row of changed.filter(({ status, id }) => status === "running" || this.#rows.has(id))) {
      await this.#sendRows(row);
    }
  }

  [Symbol.dispose](): void {
    this.#end();
    this.#stream[Symbol.dispose]();
  }

  async #sendRows({ id }: RunRow): Promise<void> {
    const path = this.#list.pathOf(id);
    if (path === null) return;
    const { rows } = await this.#runs.get(path, id).metrics();
    if (this.#rows.get(id) === rows) return;
    this.#rows.set(id, rows);
    this.#stream.send("rows", { id, rows });
  }

  #begin(): void {
    const round = ++this.#round;
    const next = () => {
      this.#timer = setTimeout(() => {
        // A disk that does not answer for a moment costs one look.
        void this.#lookAgain()
          .catch(() => {})
          .finally(() => {
            if (this.#round === round) next();
          });
      }, LOOK_MS);
    };
    next();
  }

  #end(): void {
    this.#round++;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
