/** Hands each workbook of a prediction its place among the extracted tables, and gathers what was written. */

import { join } from "node:path";
import { UserError } from "../base/problem.ts";
import { counted } from "../base/text-layout.ts";
import { ExtractionFolder } from "../extraction/extraction-folder.ts";
import { workbookFolders } from "../extraction/file-names.ts";
import type { ExtractOptions } from "../extraction/table-format.ts";
import { shortPath } from "../files/written-line.ts";
import type { NamedWorkbook } from "./list-workbooks.ts";
import type { ExtractTask } from "./predict-messages.ts";
import type { WorkbookOutcome } from "./workbook-prediction.ts";

export interface ExtractionRequest extends ExtractOptions {
  /** The folder that gets the tables, absolute; new or empty. */
  readonly folder: string;
}

/** `using` removes what was written unless `commit` was called. */
export class ExtractedTables implements Disposable {
  readonly #request: ExtractionRequest;
  readonly #folder: ExtractionFolder;
  readonly #workbookFolders: readonly string[];

  /** @throws {UserError} If the folder cannot be made. */
  constructor(request: ExtractionRequest, workbooks: readonly NamedWorkbook[]) {
    this.#request = request;
    this.#workbookFolders = workbookFolders(workbooks.map(({ inner }) => inner));
    this.#folder = new ExtractionFolder(request.folder);
  }

  /** How a workbook's tables are written. @param index Its place among the workbooks. */
  task(index: number): ExtractTask {
    return { ...this.#request, folder: join(this.#folder.path, this.#workbookFolders[index]!) };
  }

  /** Notes what was written. @throws {UserError} If nothing can be written any more. */
  add(index: number, outcome: WorkbookOutcome): void {
    if (outcome.kind === "found") {
      this.#folder.add(this.#workbookFolders[index]!, outcome.extracted ?? []);
    } else if (outcome.endsAll) throw new UserError(outcome.problems);
  }

  /** Gives the folder its name. @throws {UserError} If that fails. */
  commit(): void {
    this.#folder.commit();
  }

  /** `wrote 12 tables to tables/` */
  get line(): string {
    return `wrote ${counted(this.#folder.tables, "table")} to ${shortPath(this.#request.folder)}`;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
