/** Everything that the page knows and everything that it does: the list, the open sheet, its changes. */

import { formatRange, overlaps, parseRange, type Range, unionRange } from "../../../base/range.ts";
import { counted } from "../../../base/text-layout.ts";
import {
  type LabelEvents,
  type LabelList,
  type SheetLabel,
  type SheetRow,
  type SheetState,
  type TrainingRequest,
  type TrainingState,
  UNKNOWN_SHEET,
} from "../../label-messages.ts";
import { CellCache } from "../sheet/cell-cache.ts";
import type { Edit } from "./edit-history.ts";
import type { LabelApi } from "./label-api.ts";
import { editOf, Opened } from "./opened.ts";
import { freePlace, nearestCut, problemsOf, split } from "./range-edits.ts";
import { SaveQueue } from "./save-queue.ts";

const NO_LABEL = "A workbook that cannot be read takes no label.";

export class Workbench {
  readonly #api: LabelApi;
  readonly #window: Window;
  readonly #listeners = new Set<() => void>();
  /** Sheets that were open before keep their changes, so that they can still be undone. */
  readonly #before = new Map<string, Opened>();
  list: LabelList | null = null;
  queue: SaveQueue | null = null;
  opened: Opened | null = null;
  training: TrainingState | null = null;
  /** Why the list or the sheet is not there. */
  problem: string | null = null;
  isUp = true;
  /** What a screen reader says next. */
  said = "";
  version = 0;
  #rows = new Map<string, SheetRow>();
  /** The events of the list while it is asked for; null while it is not. */
  #heardMeanwhile: LabelEvents["list"][] | null = null;
  #asked: string | null = null;

  constructor(api: LabelApi, window: Window) {
    this.#api = api;
    this.#window = window;
  }

  async start(): Promise<void> {
    try {
      await this.#loadList();
    } catch (error) {
      this.problem = (error as Error).message;
      this.changed();
      return;
    }
    this.#window.addEventListener("hashchange", () => void this.#openAddress());
    this.#api.listen({
      onEvent: (name, data) => this.#heard(name, data),
      onLine: (isUp) => this.#onLine(isUp),
    });
    await this.#openAddress();
  }

  /** Calls back after each change. @returns a function that ends this. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    this.version++;
    for (const listener of [...this.#listeners]) listener();
  }

  say(text: string): void {
    this.said = text;
    this.changed();
  }

  row(id: string): SheetRow | null {
    return this.#rows.get(id) ?? null;
  }

  /** What teaches most first. */
  get rows(): SheetRow[] {
    return (this.list?.order ?? []).map((id) => this.#rows.get(id)).filter((row) => row !== undefined);
  }

  /** The state of a sheet as the page shows it: with what is not saved yet. */
  stateOf(row: SheetRow): SheetState {
    return this.queue?.unsaved(row.id)?.edit.state ?? row.state;
  }

  open(id: string): void {
    this.#window.location.hash = `#${encodeURIComponent(id)}`;
  }

  /** Opens the next sheet that nobody has looked at; says so if there is none. */
  next(): void {
    const rows = this.rows;
    const at = rows.findIndex(({ id }) => id === this.opened?.id);
    const isWaiting = (row: SheetRow) =>
      this.stateOf(row) === "open" && row.problem === null && row.id !== this.opened?.id;
    const next = rows.slice(at + 1).find(isWaiting) ?? rows.find(isWaiting);
    if (next !== undefined) this.open(next.id);
    else {
      this.say("Every sheet is done.");
      // The server looks for workbooks that were added; the events of the list bring them.
      void this.#loadList().catch(() => {});
    }
  }

  /** Opens the sheet before or after in the list. */
  step(by: 1 | -1): void {
    const rows = this.rows;
    const at = rows.findIndex(({ id }) => id === this.opened?.id);
    const row = rows[at + by];
    if (row !== undefined) this.open(row.id);
  }

  /** Whether the open sheet is one, and does not stand for a workbook that cannot be read. */
  get takesLabel(): boolean {
    return this.opened !== null && this.row(this.opened.id)?.sheet !== UNKNOWN_SHEET;
  }

  /** What is wrong with the ranges of the open sheet, or why the server refused them. */
  get refusal(): readonly string[] {
    const { opened } = this;
    if (opened === null) return [];
    const own = opened.edit.state === "labelled" ? problemsOf(opened.edit.tables, opened.extent) : [];
    return own.length > 0 ? own : (this.queue?.refusals.get(opened.id) ?? []);
  }

  /** Makes a change to the open sheet and saves it, unless its ranges are wrong. */
  change(change: Partial<Edit>, topic: string | null = null): void {
    const { opened } = this;
    if (opened === null) return;
    if (!this.takesLabel) {
      this.say(NO_LABEL); // the server would refuse the change again and again
      return;
    }
    opened.history.change({ ...opened.edit, ...change }, topic);
    this.#save(opened);
  }

  /** Replaces the ranges: the sheet is labelled by it, or open with none left. */
  changeTables(tables: readonly Range[], selected: readonly number[], topic: string | null = null): void {
    const { opened } = this;
    if (opened === null) return;
    if (!this.takesLabel) {
      this.say(NO_LABEL);
      return;
    }
    opened.selected = selected;
    opened.cut = null;
    const written = tables.map(formatRange);
    const last = selected.at(-1);
    if (last !== undefined) {
      opened.reveal = tables[last]!;
      this.said = `Table ${last + 1} of ${tables.length}: ${written[last]}`;
    }
    this.change({ tables: written, state: tables.length > 0 ? "labelled" : "open" }, topic);
  }

  undo(): void {
    if (this.opened?.history.undo()) this.#stepped("Undone.");
    else this.say("There is nothing to undo on this sheet.");
  }

  redo(): void {
    if (this.opened?.history.redo()) this.#stepped("Done again.");
  }

  /** Accepts what is on the sheet and goes on to the next one. */
  accept(): void {
    const { opened } = this;
    if (opened === null) return;
    if (opened.edit.tables.length === 0) {
      this.say(
        this.takesLabel ? "There is no table here to accept. Press E if the sheet has none." : NO_LABEL,
      );
      return;
    }
    if (opened.edit.state !== "labelled") this.change({ state: "labelled" });
    if (this.refusal.length === 0) this.next();
  }

  /** Marks the sheet as one without a table, or one to leave out, and goes on to the next one. */
  close(state: "empty" | "skipped"): void {
    if (this.opened === null) return;
    this.change({ state, tables: [] });
    this.next();
  }

  select(selected: readonly number[]): void {
    const { opened } = this;
    if (opened === null) return;
    opened.selected = selected;
    opened.cut = null;
    const last = selected.at(-1);
    if (last !== undefined) {
      opened.reveal = opened.tables[last] ?? null;
      this.said = `Table ${last + 1} of ${opened.tables.length}: ${opened.edit.tables[last]}`;
    }
    this.changed();
  }

  addNew(): void {
    const { opened } = this;
    if (opened === null) return;
    const { row, col } = opened.cursor;
    const tables = [...opened.tables, freePlace(row, col, opened.tables, opened.extent)];
    this.changeTables(tables, [tables.length - 1]);
  }

  /** @returns false if the text is no range. */
  addTyped(text: string): boolean {
    const { opened } = this;
    const range = parseRange(text);
    if (opened === null || range === null) return false;
    this.changeTables([...opened.tables, range], [opened.tables.length]);
    return true;
  }

  /** @returns false if the text is no range. */
  retype(at: number, text: string): boolean {
    const { opened } = this;
    const range = parseRange(text);
    if (opened === null || range === null) return false;
    this.changeTables(opened.tables.with(at, range), [at]);
    return true;
  }

  remove(which: readonly number[]): void {
    const { opened } = this;
    if (opened === null || which.length === 0) return;
    this.changeTables(
      opened.tables.filter((_, at) => !which.includes(at)),
      [],
    );
    this.say(`${which.length === 1 ? "Table" : `${which.length} tables`} deleted.`);
  }

  /** Makes one table of the selected ones, and of all that then share cells with it. */
  join(): void {
    const { opened } = this;
    if (opened === null) return;
    if (opened.selected.length < 2) {
      this.say("Select two tables to join: click one, then click the other with Shift held.");
      return;
    }
    let whole = opened.selected.map((at) => opened.tables[at]!).reduce(unionRange);
    let rest = opened.tables.filter((_, at) => !opened.selected.includes(at));
    for (let size = -1; size !== rest.length; ) {
      size = rest.length;
      for (const range of rest) if (overlaps(range, whole)) whole = unionRange(whole, range);
      rest = rest.filter((range) => !overlaps(range, whole));
    }
    this.changeTables([...rest, whole], [rest.length]);
  }

  /** Begins to choose where the selected table is split, at the cursor or in the middle. */
  startCut(): void {
    const { opened } = this;
    const range = opened?.main == null ? undefined : opened.tables[opened.main];
    if (opened === null || range === undefined) {
      this.say("Select the table to split first.");
      return;
    }
    const { row, col } = opened.cursor;
    const middle = Math.ceil((range.top + range.bottom + 1) / 2);
    opened.cut =
      nearestCut(range, "row", row > range.top && row <= range.bottom ? row : middle) ??
      nearestCut(range, "col", col);
    this.say(opened.cut === null ? "A single cell cannot be split." : cutWords(opened.cut));
  }

  /** Moves the cut: by rows, or by columns, which also turns a cut between rows into one between columns. */
  moveCut(axis: "row" | "col", by: number): void {
    const { opened } = this;
    const range = opened?.main == null ? undefined : opened.tables[opened.main];
    if (opened === null || range === undefined || opened.cut === null) return;
    const middle = axis === "row" ? (range.top + range.bottom + 1) / 2 : (range.left + range.right + 1) / 2;
    const at = opened.cut.axis === axis ? opened.cut.at + by : Math.ceil(middle);
    opened.cut = nearestCut(range, axis, at) ?? opened.cut;
    this.say(cutWords(opened.cut));
  }

  endCut(isDone: boolean): void {
    const { opened } = this;
    if (opened?.cut == null || opened.main === null) return;
    const parts = isDone ? split(opened.tables[opened.main]!, opened.cut) : null;
    opened.cut = null;
    if (parts === null) this.changed();
    else this.changeTables(opened.tables.toSpliced(opened.main, 1, ...parts), [opened.main, opened.main + 1]);
  }

  /** Ends a conflict of the open sheet. The version that is not taken stays a step to undo. */
  settle(isMine: boolean): void {
    const { opened, queue } = this;
    const conflict = opened === null ? undefined : queue?.conflicts.get(opened.id);
    if (opened === null || queue === null || conflict === undefined) return;
    const theirs = editOf(conflict.theirs);
    opened.version = conflict.theirs.version;
    opened.history.change(theirs);
    if (isMine) opened.history.change(conflict.mine);
    queue.settle(opened.id, isMine ? conflict.mine : null);
    opened.selected = [];
    this.#took(conflict.theirs);
    this.changed();
  }

  async train(request: TrainingRequest): Promise<void> {
    try {
      this.training = await this.#api.train(request);
    } catch (error) {
      this.say((error as Error).message);
    }
    this.changed();
  }

  #stepped(text: string): void {
    this.opened!.selected = [];
    this.opened!.cut = null;
    this.said = text;
    this.#save(this.opened!);
  }

  #save(opened: Opened): void {
    if (this.refusal.length === 0 || this.queue?.refusals.has(opened.id)) {
      // the proposals of an open sheet are no label
      const edit = opened.edit.state === "open" ? { ...opened.edit, tables: [] } : opened.edit;
      this.queue?.add(opened.id, opened.version, edit);
    }
    this.changed();
  }

  async #loadList(): Promise<void> {
    const heard: LabelEvents["list"][] = [];
    this.#heardMeanwhile = heard;
    this.list = await this.#api.list();
    this.#rows = new Map(this.list.sheets.map((row) => [row.id, row]));
    // An answer may come after events that are newer.
    for (const event of heard) this.#takeRows(event);
    if (this.#heardMeanwhile === heard) this.#heardMeanwhile = null;
    this.training = this.list.training;
    this.queue ??= new SaveQueue({
      storage: this.#window.localStorage,
      name: this.list.output,
      put: (id, unsaved) => this.#api.put(id, unsaved),
      later: (again, ms) => this.#window.setTimeout(again, ms),
      onSaved: (label) => this.#took(label),
      onChange: () => this.changed(),
    });
    this.problem = null;
    this.changed();
  }

  async #openAddress(): Promise<void> {
    const id = decoded(this.#window.location.hash.slice(1));
    if (id === "") {
      const first = this.rows.find((row) => this.stateOf(row) === "open" && row.problem === null);
      const start = first ?? this.rows[0];
      if (start !== undefined) this.#window.location.replace(`#${encodeURIComponent(start.id)}`);
      return;
    }
    if (id !== this.opened?.id) await this.#open(id);
  }

  async #open(id: string): Promise<void> {
    this.#asked = id;
    this.problem = null;
    if (this.opened !== null) this.#before.set(this.opened.id, this.opened);
    const kept = this.#before.get(id);
    try {
      const opened = kept ?? (await this.#read(id));
      if (this.#asked !== id) return;
      if (this.opened !== opened) this.opened?.cells.forget();
      this.opened = opened;
      const row = this.row(id);
      const [sheet, workbook] = [row?.sheet ?? "", row?.workbook ?? ""];
      this.said = this.takesLabel
        ? `${sheet} in ${workbook}, ${counted(opened.tables.length, "table")}`
        : `${workbook} cannot be read`;
      if (opened.tables.length > 0) opened.reveal = opened.tables[0]!;
      if (kept !== undefined) this.#refresh(row);
    } catch (error) {
      if (this.#asked !== id) return;
      this.opened = null;
      this.problem = (error as Error).message;
    }
    this.changed();
  }

  async #read(id: string): Promise<Opened> {
    const sheet = await this.#api.sheet(id);
    const ask = (top: number, left: number, rows: number, cols: number) =>
      this.#api.cells(id, top, left, rows, cols);
    return new Opened(sheet, new CellCache(ask, () => this.changed()), this.queue?.unsaved(id)?.edit ?? null);
  }

  #heard<Name extends keyof LabelEvents>(name: Name, data: LabelEvents[Name]): void {
    if (name === "training") this.training = data as TrainingState;
    else {
      const event = data as LabelEvents["list"];
      this.#heardMeanwhile?.push(event);
      this.#takeRows(event);
      for (const row of event.sheets) if (row.id === this.opened?.id) this.#refresh(row);
      // a server that has just started learns its sheets one after the other
      if (this.opened === null && this.#asked === null) void this.#openAddress();
    }
    this.changed();
  }

  #takeRows({ sheets, looked, order }: LabelEvents["list"]): void {
    for (const row of sheets) this.#rows.set(row.id, row);
    if (this.list !== null) this.list = { ...this.list, looked, order };
  }

  /** Another page changed the label, or proposals came: shows them, unless a change of this page waits. */
  #refresh(row: SheetRow | null): void {
    const { opened } = this;
    if (opened === null || row === null || this.queue?.unsaved(row.id) != null) return;
    const isProposed = opened.edit.state === "open" && opened.proposals.length === 0 && row.tables > 0;
    if (row.version === opened.version && row.problem === opened.problem && !isProposed) return;
    void this.#api.sheet(row.id).then(
      (sheet) => {
        if (this.queue?.unsaved(row.id) != null) return;
        const isOther = sheet.version !== opened.version || isProposed;
        opened.proposals = sheet.proposals;
        this.#meet(opened, sheet);
        if (isOther) {
          opened.history.change(editOf(sheet));
          opened.selected = [];
        }
        this.changed();
      },
      (error: Error) => {
        opened.problem = error.message;
        this.changed();
      },
    );
  }

  #meet(opened: Opened, { version, by, at, problem }: SheetLabel): void {
    opened.version = version;
    opened.by = by;
    opened.at = at;
    opened.problem = problem;
  }

  /** The server has a label: the list and the open sheet know its version. */
  #took(label: SheetLabel): void {
    const { id, version, state, confidence, note, tables, proposals } = label;
    const row = this.#rows.get(id);
    const count = state === "open" ? proposals.length : tables.length;
    if (row !== undefined) this.#rows.set(id, { ...row, version, state, confidence, note, tables: count });
    for (const opened of [this.opened, this.#before.get(id)]) {
      if (opened?.id === id) this.#meet(opened, label);
    }
  }

  /** What was changed elsewhere while the line was gone was not heard. */
  async #loadAnew(): Promise<void> {
    await this.#loadList();
    if (this.opened !== null) this.#refresh(this.row(this.opened.id));
  }

  #onLine(isUp: boolean): void {
    const wasUp = this.isUp;
    this.isUp = isUp;
    if (isUp) {
      this.queue?.wake();
      this.opened?.cells.retry();
      if (!wasUp) void this.#loadAnew().catch(() => {});
    }
    this.changed();
  }
}

function cutWords({ axis, at }: { axis: "row" | "col"; at: number }): string {
  return `The second table begins at ${axis === "row" ? "row" : "column"} ${at}. Enter splits, Escape does not.`;
}

/** The name of a sheet in the address; as it stands there if somebody has cut it short. */
function decoded(hash: string): string {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}
