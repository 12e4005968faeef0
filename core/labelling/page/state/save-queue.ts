/**
 * Sends every change to the server, one at a time, and keeps what is not sent in the browser's storage: a
 * killed server, a closed page and a closed laptop lose nothing.
 */

import type { LabelRefusal, SheetLabel } from "../../label-messages.ts";
import type { Edit } from "./edit-history.ts";

/** How long to wait before a server that does not answer is asked again, ms. */
const RETRY_PAUSE = 2000;
const MOST_SENT = 20;

/** A change that is not saved yet. */
export interface Unsaved {
  readonly version: number;
  readonly edit: Edit;
  /** Edits that were sent and not answered, the first `MOST_SENT`: one of them may have arrived. */
  readonly sent?: readonly Edit[];
}

/** What the server has in place of the version that a change started from. */
export interface Conflict {
  readonly mine: Edit;
  readonly theirs: SheetLabel;
}

/** What the queue needs of its surroundings; tests give others. */
export interface QueueParts {
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;
  /** Tells labels of different files apart in the storage. */
  readonly name: string;
  put(id: string, unsaved: Unsaved): Promise<Response>;
  /** Calls back after `RETRY_PAUSE`. */
  later(again: () => void, ms: number): void;
  onSaved(label: SheetLabel): void;
  /** After every change of the queue. */
  onChange(): void;
}

export class SaveQueue {
  readonly #parts: QueueParts;
  readonly #unsaved = new Map<string, Unsaved>();
  readonly #prefix: string;
  /** Sheets whose change waits for a person: somebody else changed the label, or it was refused. */
  readonly conflicts = new Map<string, Conflict>();
  readonly refusals = new Map<string, readonly string[]>();
  /** Why nothing is sent now; null while the server answers. */
  lineProblem: string | null = null;
  #isSending = false;
  #isWaiting = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#prefix = `tablesense2-label ${parts.name} `;
    for (let at = 0; at < parts.storage.length; at++) {
      const key = parts.storage.key(at);
      if (key?.startsWith(this.#prefix)) this.#readKept(key);
    }
    void this.#send();
  }

  /** How many sheets have a change that is not saved. */
  get size(): number {
    return this.#unsaved.size;
  }

  unsaved(id: string): Unsaved | null {
    return this.#unsaved.get(id) ?? null;
  }

  /** @param version The version that the page has; a change that waits already keeps its own. */
  add(id: string, version: number, edit: Edit): void {
    this.refusals.delete(id);
    this.#keep(id, { version, ...this.#unsaved.get(id), edit });
    void this.#send();
  }

  /** Ends a conflict: with `mine`, the person's change goes on top of what the server has. */
  settle(id: string, mine: Edit | null): void {
    const conflict = this.conflicts.get(id);
    if (conflict === undefined) return;
    this.conflicts.delete(id);
    if (mine === null) this.#forget(id);
    else this.#keep(id, { version: conflict.theirs.version, edit: mine });
    this.#parts.onChange();
    void this.#send();
  }

  /** Sends what waits now: the server is back. */
  wake(): void {
    if (this.lineProblem !== null || this.#unsaved.size > 0) void this.#send();
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const [id, unsaved] = next;
      const isAnswered = await this.#sendOne(id, unsaved);
      this.#parts.onChange();
      if (!isAnswered) break;
    }
    this.#isSending = false;
    this.#parts.onChange();
  }

  #next(): [string, Unsaved] | null {
    for (const entry of this.#unsaved) {
      if (!this.conflicts.has(entry[0]) && !this.refusals.has(entry[0])) return entry;
    }
    return null;
  }

  /** @returns false if the server does not answer, or not as it should. */
  async #sendOne(id: string, unsaved: Unsaved): Promise<boolean> {
    const { sent = [] } = unsaved;
    const isNew = sent.length < MOST_SENT && !sent.includes(unsaved.edit);
    this.#keep(id, { ...unsaved, sent: isNew ? [...sent, unsaved.edit] : sent });
    try {
      const response = await this.#parts.put(id, unsaved);
      if (response.ok) this.#saved((await response.json()) as SheetLabel, unsaved);
      else if (response.status === 409) this.#differs(id, (await response.json()) as SheetLabel, unsaved);
      else if (response.status === 422 || response.status === 404 || response.status === 400) {
        const { error, problems } = (await response.json()) as Partial<LabelRefusal>;
        this.refusals.set(id, problems ?? [error ?? "The server refused the change."]);
      } else {
        throw new Error(await reasonOf(response));
      }
      this.lineProblem = null;
      return true;
    } catch (error) {
      const isGone = error instanceof TypeError;
      this.lineProblem = isGone ? "The server does not answer." : (error as Error).message;
      this.#retryLater();
      return false;
    }
  }

  #saved(label: SheetLabel, sent: Unsaved): void {
    const now = this.#unsaved.get(label.id);
    // the person went on while the change was on its way
    if (now !== undefined && now.edit !== sent.edit) {
      this.#keep(label.id, { version: label.version, edit: now.edit });
    } else this.#forget(label.id);
    this.#parts.onSaved(label);
  }

  #differs(id: string, theirs: SheetLabel, sent: Unsaved): void {
    const now = this.#unsaved.get(id) ?? sent;
    // a change whose answer was lost on the way has arrived before
    const own = [now.edit, ...(now.sent ?? [])].find((edit) => isSame(edit, theirs));
    if (own === undefined) this.conflicts.set(id, { mine: now.edit, theirs });
    else this.#saved(theirs, { version: theirs.version, edit: own });
  }

  #retryLater(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#parts.later(() => {
      this.#isWaiting = false;
      void this.#send();
    }, RETRY_PAUSE);
  }

  #keep(id: string, unsaved: Unsaved): void {
    this.#unsaved.set(id, unsaved);
    try {
      this.#parts.storage.setItem(`${this.#prefix}${id}`, JSON.stringify(unsaved));
    } catch {
      // a browser that keeps nothing: the change stays in the page
    }
  }

  #forget(id: string): void {
    this.#unsaved.delete(id);
    this.#parts.storage.removeItem(`${this.#prefix}${id}`);
  }

  #readKept(key: string): void {
    try {
      const kept = JSON.parse(this.#parts.storage.getItem(key) ?? "null") as Unsaved | null;
      if (kept !== null) this.#unsaved.set(key.slice(this.#prefix.length), kept);
    } catch {
      // not written by this page
    }
  }
}

/** Why the server cannot take a change now. */
async function reasonOf(response: Response): Promise<string> {
  if (response.status === 401) return "The server was started anew. Open the address that it printed.";
  const { error } = (await response.json().catch(() => ({}))) as Partial<LabelRefusal>;
  return error ?? `The server answered ${response.status} ${response.statusText}.`;
}

function isSame(mine: Edit, theirs: SheetLabel): boolean {
  const told = ({ state, tables, confidence, note }: Edit) =>
    JSON.stringify([state, tables, confidence, note]);
  return told(mine) === told(theirs);
}
