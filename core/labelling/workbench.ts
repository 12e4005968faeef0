/** The sheets of a folder with their labels and proposals: what the server of the workbench answers from. */

import { join } from "node:path";
import { plainName } from "../base/plain-name.ts";
import { UserError } from "../base/problem.ts";
import { problemLine } from "../base/problem-line.ts";
import { findWorkbooks } from "../dataset/find-workbooks.ts";
import { tryStat } from "../files/file-state.ts";
import { RequestError } from "../view/request-error.ts";
import type { BlockPlace } from "./cell-block.ts";
import type { SheetSize } from "./check-change.ts";
import type { FindProposals, FoundProposals } from "./find-proposals.ts";
import {
  type CellBlock,
  type LabelChange,
  type OpenedSheet,
  type SheetLabel,
  type SheetRow,
  UNKNOWN_SHEET,
} from "./label-messages.ts";
import type { LabelStore, StoredLabel } from "./label-store.ts";
import { type KeptSheet, type ProposalCache, workbookKey } from "./proposal-cache.ts";
import { ReadingThread } from "./reading-thread.ts";
import { teachingOrder } from "./teaching-order.ts";

/** A sheet as far as it is known. */
interface KnownSheet {
  readonly id: string;
  readonly workbook: string;
  readonly sheet: string;
  hidden: boolean;
  found: FoundProposals | null;
  template: string;
  size: SheetSize | null;
  problem: string | null;
  /** True for a sheet without content and without a line: there is nothing to label. */
  isEmpty: boolean;
}

/** A workbook as far as it is known. */
interface KnownWorkbook {
  readonly sheets: string[];
  /** The state of its file when its tables were looked for; null before. */
  stamp: string | null;
}

export interface WorkbenchOptions {
  /** The folder of the workbooks. */
  readonly files: string;
  readonly store: LabelStore;
  readonly find: FindProposals;
  /** Keeps what was found from one start to the next. @default nothing is kept */
  readonly cache?: ProposalCache | undefined;
  /** Called with the sheets that changed. */
  readonly onChange: (ids: readonly string[]) => void;
}

/**
 * Life cycle: `list` finds the sheets of all workbooks, then `propose` looks for their tables, one workbook
 * after the other; both run in the background, and everything else may be asked meanwhile. `look` finds what
 * was added to the folder since. Disposal ends the threads.
 */
export class Workbench implements Disposable {
  readonly #options: WorkbenchOptions;
  /** One for whoever looks at a sheet, one for the work in the background. */
  readonly #shown = new ReadingThread();
  readonly #searched = new ReadingThread();
  /** In the order of their names. */
  #workbooks = new Map<string, KnownWorkbook>();
  readonly #sheets = new Map<string, KnownSheet>();
  /** Workbooks whose sheets are still to be listed; the next one is the first. */
  #unlisted: string[] = [];
  #isListing = false;
  /** Workbooks whose tables are still to be looked for; the next one is the first. */
  #waiting: string[] = [];
  #isWorking = false;
  /** Ends the work in the background; null before `propose`. */
  #signal: AbortSignal | null = null;
  readonly #versions = new Map<string, number>();
  readonly #listing = Promise.withResolvers<void>();

  constructor(options: WorkbenchOptions) {
    this.#options = options;
    this.#addWorkbooks();
    this.#addLines();
    this.#noteVersions();
  }

  /** Resolved once `list` has ended: from then on, the sheets of all workbooks are known. */
  get listed(): Promise<void> {
    return this.#listing.promise;
  }

  get workbookCount(): number {
    return this.#workbooks.size;
  }

  /** In the order of the workbooks and their tabs. */
  rows(): SheetRow[] {
    return this.#listed().map((sheet) => this.#row(sheet));
  }

  /** The rows with these ids that are listed. */
  rowsOf(ids: readonly string[]): SheetRow[] {
    const wanted = new Set(ids);
    return this.#listed().flatMap((sheet) => (wanted.has(sheet.id) ? [this.#row(sheet)] : []));
  }

  /** Ids of all sheets, what teaches most first. */
  order(): string[] {
    return teachingOrder(
      this.#listed().map(({ id, workbook, sheet, found, template, problem }) => {
        const { state } = this.#options.store.get({ workbook, sheet });
        return { id, state, template, doubt: problem === null ? (found?.doubt ?? null) : null };
      }),
    );
  }

  /** Sheets whose tables were looked for, and those that cannot be looked at. */
  get looked(): number {
    return this.#listed().filter(({ found, problem }) => found !== null || problem !== null).length;
  }

  has(id: string): boolean {
    return this.#sheets.has(id);
  }

  size(id: string): SheetSize | null {
    return this.#known(id).size;
  }

  label(id: string): SheetLabel {
    const known = this.#known(id);
    return this.#label(known, this.#options.store.get(known));
  }

  /**
   * A sheet with its layout, which is empty if the workbook cannot be read; `problem` says why.
   * Its workbook is the next whose tables are looked for.
   */
  async open(id: string): Promise<OpenedSheet> {
    const known = this.#known(id);
    this.#hurry(known.workbook);
    try {
      const path = this.#path(known.workbook);
      const answer = await this.#shown.ask<"layout">({ kind: "layout", path, sheet: known.sheet });
      known.size = { rows: Math.max(1, answer.height), cols: Math.max(1, answer.width) };
      this.#notice(known.workbook);
      this.#mend(known);
      return { ...this.label(id), layout: answer.layout };
    } catch (error) {
      this.#fail(known, error);
      return { ...this.label(id), layout: NO_LAYOUT };
    }
  }

  /** @throws {UserError} If the workbook cannot be read. */
  async cells(id: string, place: BlockPlace): Promise<CellBlock> {
    const known = this.#known(id);
    const path = this.#path(known.workbook);
    const question = { kind: "cells", path, sheet: known.sheet, place } as const;
    try {
      return (await this.#shown.ask<"cells">(question)).block;
    } catch (error) {
      this.#fail(known, error);
      throw error;
    } finally {
      this.#notice(known.workbook);
    }
  }

  /**
   * Keeps a change.
   *
   * @throws {UserError} If the labels cannot be written.
   * @throws {RequestError} 422, if the workbook cannot be read, so that its sheets are not known.
   */
  change(
    id: string,
    change: LabelChange,
  ): { readonly kind: "saved" | "conflict"; readonly label: SheetLabel } {
    const known = this.#known(id);
    if (known.sheet === UNKNOWN_SHEET) {
      throw new RequestError(422, "A workbook that cannot be read takes no label.");
    }
    const { kind, label } = this.#options.store.save(known, change);
    this.#tellVersions();
    return { kind, label: this.#label(known, label) };
  }

  /** Takes in what others have changed: workbooks that were added, and what is written into the labels. */
  look(): void {
    if (this.#addWorkbooks() && this.#signal !== null) void this.#listAdded(this.#signal);
    // One that could not be read may have been copied just then.
    for (const { sheet, workbook, isEmpty } of this.#sheets.values()) {
      if (sheet === UNKNOWN_SHEET && !isEmpty) this.#notice(workbook);
    }
    if (!this.#options.store.look()) return;
    this.#addLines();
    this.#tellVersions();
  }

  /** Finds the sheets of all workbooks. */
  async list(signal: AbortSignal): Promise<void> {
    try {
      await this.#list(signal);
      for (const sheet of this.#sheets.values()) {
        if (!this.#workbooks.has(sheet.workbook)) this.#fail(sheet, null);
      }
    } finally {
      this.#listing.resolve();
    }
  }

  /** Lists workbooks that were added after `list`, and looks for their tables. */
  async #listAdded(signal: AbortSignal): Promise<void> {
    if (this.#isListing) return;
    this.#waiting.push(...(await this.#list(signal)));
    await this.#work();
  }

  /** @returns The workbooks that were listed, also those that were added meanwhile. */
  async #list(signal: AbortSignal): Promise<string[]> {
    this.#isListing = true;
    const listed: string[] = [];
    for (let name = this.#unlisted.shift(); name !== undefined; name = this.#unlisted.shift()) {
      if (signal.aborted) return [];
      listed.push(name);
      const workbook = this.#workbooks.get(name)!;
      try {
        const { sheets } = await this.#searched.ask<"names">({ kind: "names", path: this.#path(name) });
        const spelled = sheets.map(({ name: sheet }) => sheet);
        this.#options.store.noteSheets(name, spelled);
        const ids = sheets.map(({ name: sheet, hidden }) => this.#add(name, sheet, hidden).id);
        const order = new Map(ids.map((id, place) => [id, place]));
        workbook.sheets.sort((a, b) => (order.get(a) ?? ids.length) - (order.get(b) ?? ids.length));
        const names = new Set(spelled.map(plainName));
        const missing = workbook.sheets.filter((id) => !order.has(id));
        for (const id of missing) {
          const known = this.#known(id);
          if (names.has(plainName(known.sheet))) this.#drop(known, workbook);
          else known.problem = GONE_SHEET;
        }
        this.#options.onChange(workbook.sheets);
      } catch (error) {
        if (signal.aborted) return [];
        const ids = workbook.sheets.length > 0 ? workbook.sheets : [this.#add(name, UNKNOWN_SHEET, false).id];
        for (const id of [...ids]) this.#fail(this.#known(id), error);
      }
    }
    this.#isListing = false;
    return listed;
  }

  /** Looks for the tables of all workbooks, and of each again that changes, until `signal` ends it. */
  async propose(signal: AbortSignal): Promise<void> {
    this.#waiting = [...this.#workbooks.keys()];
    this.#signal = signal;
    await this.#work();
  }

  [Symbol.dispose](): void {
    this.#shown[Symbol.dispose]();
    this.#searched[Symbol.dispose]();
  }

  async #proposeFor(name: string, signal: AbortSignal): Promise<void> {
    const workbook = this.#workbooks.get(name)!;
    const path = this.#path(name);
    const stamp = stampOf(path);
    try {
      const sheets = await this.#lookInto(name, stamp);
      if (signal.aborted) return;
      workbook.stamp = stamp;
      const names = new Set(sheets.map(({ sheetName }) => sheetName));
      for (const sheet of sheets) this.#take(name, sheet);
      for (const id of workbook.sheets) {
        const known = this.#known(id);
        if (names.has(known.sheet)) continue;
        known.problem = GONE_SHEET;
        known.isEmpty = known.sheet === UNKNOWN_SHEET;
      }
      this.#options.onChange(workbook.sheets);
    } catch (error) {
      if (signal.aborted) return;
      workbook.stamp = stamp;
      for (const id of workbook.sheets) this.#fail(this.#known(id), error);
    }
  }

  /** What is proposed for the sheets of a workbook. @param stamp The state of its file. */
  async #lookInto(name: string, stamp: string): Promise<readonly KeptSheet[]> {
    const { cache, find } = this.#options;
    const path = this.#path(name);
    let key: string | null = null;
    if (cache !== undefined) {
      const { hash } = await this.#searched.ask<"hash">({ kind: "hash", path });
      key = workbookKey(name, hash);
      const kept = cache.read(key);
      if (kept !== null) return kept;
    }
    const { sheets } = await this.#searched.ask<"grids">({ kind: "grids", path });
    const filled = sheets.flatMap((sheet) => {
      const label = `${name}/${sheet.sheetName}`;
      return sheet.grid === null ? [] : [{ ...sheet, grid: sheet.grid, label }];
    });
    const found = await find(filled);
    const looked = sheets.map(({ sheetName, hidden, height, width, template }): KeptSheet => {
      const index = filled.findIndex((each) => each.sheetName === sheetName);
      const facts = { sheetName, hidden, height, width, template };
      return { ...facts, isEmpty: index < 0, found: found[index] ?? { tables: [], doubt: 0 } };
    });
    // A file that has changed meanwhile is not the one with this hash.
    if (key !== null && stampOf(path) === stamp) cache!.write(key, looked);
    return looked;
  }

  #take(workbook: string, looked: KeptSheet): void {
    const known = this.#add(workbook, looked.sheetName, looked.hidden);
    known.found = looked.found;
    known.template = looked.template;
    known.size = { rows: Math.max(1, looked.height), cols: Math.max(1, looked.width) };
    known.problem = null;
    known.isEmpty = looked.isEmpty;
  }

  /** Looks for the tables of a workbook again if its file has changed since. */
  #notice(name: string): void {
    const workbook = this.#workbooks.get(name);
    if (workbook === undefined || workbook.stamp === null) return;
    if (stampOf(this.#path(name)) === workbook.stamp) return;
    workbook.stamp = null;
    for (const id of workbook.sheets) {
      const known = this.#known(id);
      known.found = null;
      known.problem = CHANGED;
    }
    this.#options.onChange(workbook.sheets);
    this.#waiting.push(name);
    void this.#work();
  }

  /** Takes one workbook after the other: the network answers one question at a time. */
  async #work(): Promise<void> {
    const signal = this.#signal;
    if (this.#isWorking || signal === null) return;
    this.#isWorking = true;
    for (let name = this.#waiting.shift(); name !== undefined; name = this.#waiting.shift()) {
      if (signal.aborted) break;
      await this.#proposeFor(name, signal);
    }
    this.#isWorking = false;
  }

  #hurry(name: string): void {
    const place = this.#waiting.indexOf(name);
    if (place > 0) this.#waiting.unshift(...this.#waiting.splice(place, 1));
  }

  #fail(known: KnownSheet, error: unknown): void {
    const path = this.#path(known.workbook);
    const isGone = tryStat(path) === null;
    const problem = isGone ? `The workbook is gone: there is no file ${path}.` : sentence(error);
    if (known.problem === problem) return;
    known.problem = problem;
    this.#options.onChange([known.id]);
  }

  /** A workbook that was gone for a while, and is as it was, has no problem any more. */
  #mend(known: KnownSheet): void {
    if (known.problem === null || known.found === null) return;
    known.problem = null;
    this.#options.onChange([known.id]);
  }

  /**
   * Adds workbooks of the folder that are not known yet, and gives them the sheets that have lines.
   *
   * @returns Whether there was any.
   */
  #addWorkbooks(): boolean {
    const added = findWorkbooks(this.#options.files, { known: this.#workbooks });
    if (added.length === 0) return false;
    this.#unlisted.push(...added);
    const entries = added.map((name): [string, KnownWorkbook] => {
      const known = [...this.#sheets.values()].filter(({ workbook }) => workbook === name);
      for (const sheet of known) sheet.problem = null;
      return [name, { sheets: known.map(({ id }) => id), stamp: null }];
    });
    this.#workbooks = new Map([...this.#workbooks, ...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
    return true;
  }

  /** Adds the sheets that have a line, unless they are known under a name that means the same. */
  #addLines(): void {
    for (const { workbook, sheet } of this.#options.store.keys) {
      const ids = this.#workbooks.get(workbook)?.sheets ?? [];
      const isKnown = ids.some((id) => plainName(this.#known(id).sheet) === plainName(sheet));
      if (!isKnown) this.#add(workbook, sheet, false);
    }
  }

  /** Forgets another spelling of a sheet's name, which a line has. */
  #drop({ id }: KnownSheet, workbook: KnownWorkbook): void {
    this.#sheets.delete(id);
    workbook.sheets.splice(workbook.sheets.indexOf(id), 1);
  }

  #add(workbook: string, sheet: string, hidden: boolean): KnownSheet {
    const id = sheetId(workbook, sheet);
    let known = this.#sheets.get(id);
    if (known === undefined) {
      known = {
        id,
        workbook,
        sheet,
        hidden,
        found: null,
        template: "",
        size: null,
        problem: null,
        isEmpty: false,
      };
      this.#sheets.set(id, known);
      const owner = this.#workbooks.get(workbook);
      if (owner) owner.sheets.push(id);
      else known.problem = `The workbook is gone: there is no file ${this.#path(workbook)}.`;
    }
    known.hidden ||= hidden;
    return known;
  }

  /** Sheets without a workbook, whose lines are all that is known of them, come last. */
  #listed(): KnownSheet[] {
    const owned = [...this.#workbooks.values()].flatMap(({ sheets }) => sheets);
    const others = [...this.#sheets.keys()].filter((id) => !this.#workbooks.has(this.#known(id).workbook));
    return [...owned, ...others].flatMap((id) => {
      const known = this.#known(id);
      return known.isEmpty && this.#options.store.get(known).version === 0 ? [] : [known];
    });
  }

  #row(known: KnownSheet): SheetRow {
    const label = this.#options.store.get(known);
    const { id, workbook, sheet, hidden, found, template, problem } = known;
    const { state, confidence, note, version } = label;
    const tables = state === "open" ? this.#proposals(known, label).length : label.tables.length;
    const doubt = found?.doubt ?? null;
    return {
      id,
      workbook,
      sheet,
      state,
      tables,
      confidence,
      note,
      doubt,
      template,
      problem,
      version,
      hidden,
    };
  }

  #label(known: KnownSheet, stored: StoredLabel): SheetLabel {
    const { proposed: _, ...label } = stored;
    return { id: known.id, ...label, proposals: this.#proposals(known, stored), problem: known.problem };
  }

  /** Those of the line first: a person may have corrected them by hand. */
  #proposals(known: KnownSheet, stored: StoredLabel): FoundProposals["tables"] {
    return stored.proposed ?? known.found?.tables ?? [];
  }

  #known(id: string): KnownSheet {
    const known = this.#sheets.get(id);
    if (known === undefined) throw new UserError({ message: `There is no sheet ${id}` });
    return known;
  }

  #path(workbook: string): string {
    return join(this.#options.files, workbook);
  }

  #noteVersions(): string[] {
    const changed: string[] = [];
    for (const known of this.#sheets.values()) {
      const { version } = this.#options.store.get(known);
      if ((this.#versions.get(known.id) ?? 0) !== version) changed.push(known.id);
      this.#versions.set(known.id, version);
    }
    return changed;
  }

  #tellVersions(): void {
    const changed = this.#noteVersions();
    if (changed.length > 0) this.#options.onChange(changed);
  }
}

const CHANGED = "The workbook has changed: its tables are looked for again.";
const GONE_SHEET = "The workbook has no such sheet any more.";
const NO_LAYOUT = {
  rows: 0,
  cols: 0,
  widths: [],
  heights: [],
  merges: [],
  frozen: { rows: 0, cols: 0 },
  truncated: false,
};

/** The same for the same sheet, whenever the server starts. */
function sheetId(workbook: string, sheet: string): string {
  const hash = new Bun.CryptoHasher("sha256");
  hash.update(JSON.stringify([workbook, sheet]));
  return hash.digest("hex").slice(0, 16);
}

function sentence(error: unknown): string {
  if (error instanceof UserError) return `${problemLine(error.problems[0]!).replace(/[.]$/, "")}.`;
  return error instanceof Error ? error.message : "The workbook cannot be read.";
}

function stampOf(path: string): string {
  const found = tryStat(path);
  return found === null ? "" : `${found.size} ${found.mtimeMs}`;
}
