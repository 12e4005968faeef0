/** What a person said about a sheet, with every earlier word: undo without end. */

import type { LabelChange } from "../../label-messages.ts";

/** All of a change but its version. */
export type Edit = Omit<LabelChange, "version">;

export class EditHistory {
  readonly #past: Edit[] = [];
  readonly #future: Edit[] = [];
  #present: Edit;
  /** What the last change was about; a change about the same thing becomes one step with it. */
  #topic: string | null = null;

  constructor(present: Edit) {
    this.#present = present;
  }

  get present(): Edit {
    return this.#present;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /**
   * Makes a change.
   *
   * @param topic Changes with the same topic that follow each other are undone together: letters of a note.
   */
  change(edit: Edit, topic: string | null = null): void {
    if (topic === null || topic !== this.#topic) this.#past.push(this.#present);
    this.#topic = topic;
    this.#present = edit;
    this.#future.length = 0;
  }

  /** @returns false if there is nothing to undo. */
  undo(): boolean {
    return this.#step(this.#past, this.#future);
  }

  redo(): boolean {
    return this.#step(this.#future, this.#past);
  }

  #step(from: Edit[], to: Edit[]): boolean {
    const edit = from.pop();
    if (edit === undefined) return false;
    to.push(this.#present);
    this.#present = edit;
    this.#topic = null;
    return true;
  }
}
