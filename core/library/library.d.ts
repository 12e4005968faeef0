/**
 * The types of the library "tablesense2". `bun run reference` writes this file from core/library/library.ts.
 */

/** 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** One thing that has to change before the work can continue. */
export interface Problem {
  /** The file at fault, as the user named it; left out for command-line arguments. */
  readonly file?: string;
  /** Line and column in a text file, from 1. */
  readonly line?: number;
  readonly column?: number;
  /** A place in a file without lines: a sheet and cell, a member of an archive, the name of a tensor. */
  readonly where?: string;
  /** What could not be done: "Cannot use model.detr.num_heads". */
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  /** What to do about it: a corrected line, a command, a name. */
  readonly fix?: string;
}

/**
 * An error for the user: it is printed without a stack trace and ends the command with `exitCode`.
 * Anything else that is thrown is a defect and is printed with its stack.
 */
export declare class UserError extends Error {
  readonly name: string;
  readonly problems: readonly Problem[];
  readonly exitCode: ExitCode;
  constructor(problems: Problem | readonly Problem[], options?: {
    exitCode?: ExitCode;
    cause?: unknown;
  });
}

/** Says which workbook cannot be read, which part of it is at fault, and why. */
export declare class WorkbookError extends UserError {
  readonly name = "WorkbookError";
  readonly file: string;
  /** The member of the archive, `xl/worksheets/sheet1.xml`; null if the file as a whole is at fault. */
  readonly part: string | null;
  readonly fault: WorkbookFault;
  /** What is wrong, in one line. */
  readonly reason: string;
  constructor(fault: WorkbookFault, { file, part, reason, fix, cause, }: {
    file: string;
    part?: string | null;
    reason: string;
    fix?: string;
    cause?: unknown;
  });
}

/** The kinds of faults of a workbook. */
export type WorkbookFault = 
/** The file itself cannot be opened or read: missing, a folder, no permission. */
"unreadable"
/** The file has none of the known formats. */
 | "not-a-workbook"
/** .xls, .xlsb and .ods, which have to be converted first. */
 | "unsupported-format"
/** The workbook is protected by a password. */
 | "encrypted"
/**
 * The file is truncated, or it has wrong checksums, missing parts, malformed XML or numbers out of range.
 */
 | "corrupt"
/** The file exceeds the limits: a zip bomb, or a workbook that needs higher limits. */
 | "too-large";

/** What one call takes. */
export interface CallOptions {
  /** Aborts the call: its promise is rejected with the signal's reason, and its thread stops. */
  readonly signal?: AbortSignal;
}

/**
 * The content of a cell. Dates and times are ISO 8601 text, errors their code (`#REF!`), empty cells null.
 */
export type CellContent = string | number | boolean | null;

/**
 * What finds the tables. `model`: the network. `excel`: Excel's own table objects and pivot tables, without a
 * network. `hybrid`: both.
 */
export type DetectorMode = "model" | "excel" | "hybrid";

/** How a detector is opened. */
export interface DetectorOptions {
  /**
   * The weights: a `.pt` or `.safetensors` file of this project, a run's folder or the name of
   * one in `runs`, `latest`, or `pretrained`.
   *
   * @default `pretrained`, those that come with the package
   */
  readonly weights?: string;
  /** @default "hybrid" */
  readonly mode?: DetectorMode;
  /** The least score of a table, 0 … 1. @default the one stored with the weights */
  readonly threshold?: number;
  /**
   * Where the network computes: `cpu`, `wasm`, `js`, `native`, `cuda` or `webgpu`. Devices of the CPU compute
   * in threads of their own. `webgpu` computes in the calling thread and adds WebGPU's names to its globals.
   *
   * @default "cpu"
   */
  readonly device?: string;
  /** Workbooks that are read at once; further ones wait. @default one per core */
  readonly threads?: number;
  /** How many times as large as usual a workbook and its sheets may be, 1 … 64. @default 1 */
  readonly limits?: number;
  /** The longest silence while a workbook is read, milliseconds. @default 10 minutes */
  readonly timeLimit?: number;
  /** Gets what the user should know, for example that a device does not start. @default none */
  readonly onWarning?: (text: string) => void;
  /** Ends the opening. @default none */
  readonly signal?: AbortSignal;
}

/** A table in a file. */
export interface ExtractedFile {
  readonly sheet: string;
  readonly range: string;
  /** 0 … 1. */
  readonly score: number;
  /** Rows and columns at the start of the table that name what the others hold. */
  readonly headerRows: number;
  readonly headerColumns: number;
  /** The name of the file in the folder. */
  readonly file: string;
}

/** What `extract` has written. */
export interface ExtractedWorkbook {
  /** The path or name that was given. */
  readonly file: string;
  /** The folder, absolute. Its `index.csv` lists the tables. */
  readonly folder: string;
  readonly tables: readonly ExtractedFile[];
  /** What was passed over, one sentence each. */
  readonly notes: readonly string[];
}

/** How tables are written. */
export interface ExtractOptions extends CallOptions, TableOptions {
  /** @default "csv" */
  readonly format?: "csv" | "json" | "markdown" | "parquet";
}

/** How the values of a table are given. */
export interface TableOptions {
  /** `fill`: all cells of a merged range have its value. `first`: its first cell alone. @default "fill" */
  readonly merged?: "fill" | "first";
  /** True: each value is the text that its number format makes of it. @default false */
  readonly formatted?: boolean;
}

/** A worksheet and its tables. */
export interface FoundSheet {
  readonly sheet: string;
  /** True for hidden sheets. */
  readonly hidden: boolean;
  /** The range that was looked at, where the sheet is too large to be looked at whole; null where it was. */
  readonly lookedAt: string | null;
  /** The best score first; of scores that are equal with four digits, the upper table, then the left one. */
  readonly tables: readonly FoundTable[];
}

/** A table on a sheet. Rows and columns count from 1 and include both ends. */
export interface FoundTable {
  /** Its cells as Excel names them: `B4:G11`. */
  readonly range: string;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  /** How sure the detector is, 0 … 1. Excel's own objects have 1. */
  readonly score: number;
}

/** The tables of a workbook. */
export interface FoundWorkbook {
  /** The path or name that was given. */
  readonly file: string;
  /** In the order of the tabs. Sheets without cells, such as charts, are left out. */
  readonly sheets: readonly FoundSheet[];
  /** What was passed over, one sentence each. */
  readonly notes: readonly string[];
}

/** The table that a page is read from, and its rows. */
export interface PageOptions extends CallOptions, TableOptions {
  readonly sheet: string;
  /** `B4:G11`. */
  readonly range: string;
  /** The first row, from 1 below the header. @default 1 */
  readonly firstRow?: number;
  /**
   * The most tokens of the Markdown, from 50, estimated: four letters are one, two digits are one, and every
   * character of another alphabet is one. @default 4000
   */
  readonly maxTokens?: number;
}

/** A worksheet in memory. */
export interface ReadSheet {
  readonly name: string;
  /** True for hidden sheets. */
  readonly hidden: boolean;
  /**
   * The last row and column with a value, a merged range, an Excel table or a comment; 0 on an empty sheet.
   */
  readonly rows: number;
  readonly columns: number;
  /** Merged ranges: `A1:C1`. */
  readonly merged: readonly string[];
  /** Excel's own table objects. */
  readonly excelTables: readonly {
    readonly name: string;
    readonly range: string;
  }[];
  /**
   * The contents of a range, row by row; without one, those of the whole sheet. In a merged range, the first
   * cell has the content.
   *
   * @param range `B4:G11`.
   * @throws {UserError} If it is no range, or has more than 16,777,216 cells.
   */
  values(range?: string): CellContent[][];
  /**
   * A table of this sheet, with its header told apart from its rows.
   *
   * @param range `B4:G11`, as `find` gives it.
   * @throws {UserError} As `values`.
   */
  table(range: string, options?: TableOptions): ReadTable;
}

/** A table of a sheet. */
export interface ReadTable {
  readonly range: string;
  /** Rows and columns at the start of the table that name what the others hold. */
  readonly headerRows: number;
  readonly headerColumns: number;
  /** A name per column: from the header, and different from each other. */
  readonly names: readonly string[];
  /** The contents below the header, row by row. */
  readonly rows: readonly (readonly CellContent[])[];
}

/** A workbook in memory. */
export interface ReadWorkbook {
  /** The path or name that was given. */
  readonly file: string;
  /** In the order of the tabs. */
  readonly sheets: readonly ReadSheet[];
  /** What was passed over, one sentence each. */
  readonly notes: readonly string[];
  /** @throws {UserError} If there is no sheet of this name. */
  sheet(name: string): ReadSheet;
}

/** How a workbook is read. */
export interface ReadWorkbookOptions extends CallOptions {
  /** How many times as large as usual it may be, 1 … 64. @default 1 */
  readonly limits?: number;
}

/**
 * A detector with its weights. It may be asked for several workbooks at once.
 *
 * Life cycle: `openDetector` loads the weights; `close`, or `await using`, ends its threads.
 */
export interface TableDetector extends AsyncDisposable {
  readonly mode: DetectorMode;
  /** The least score of a table; null without a network. */
  readonly threshold: number | null;
  /** The device with its details; null without a network. */
  readonly device: string | null;
  /**
   * Finds the tables of a workbook.
   *
   * @throws {WorkbookError} If the workbook cannot be read; its `fault` says why.
   * @throws {UserError} If the detector failed on it or is closed.
   * @throws The reason of `signal`.
   */
  find(source: WorkbookSource, options?: CallOptions): Promise<FoundWorkbook>;
  /**
   * Finds the tables of a workbook and writes each into a file of a folder, with an index of all of them. The
   * folder appears when everything is written.
   *
   * @param folder New or empty.
   * @throws {UserError} If the folder cannot be used, and as `find`.
   */
  extract(source: WorkbookSource, folder: string, options?: ExtractOptions): Promise<ExtractedWorkbook>;
  /**
   * Reads rows of a table as Markdown, as many as a language model has room for.
   *
   * @throws {UserError} If there is no such sheet, range or row, and as `find`.
   */
  page(source: WorkbookSource, options: PageOptions): Promise<TablePage>;
  /** Ends the threads. Calls under way are rejected. */
  close(): Promise<void>;
}

/**
 * A workbook: the path of its file, or its bytes. The bytes decide on the format; the name is needed for
 * texts alone, which are read as `.csv` or `.tsv`, and for messages.
 */
export type WorkbookSource = string | URL | Uint8Array | ArrayBuffer | Blob | {
  readonly name: string;
  readonly bytes: Uint8Array;
};

/** Rows of a table as Markdown. */
export interface TablePage {
  /** The header and the rows. */
  readonly markdown: string;
  /** The rows on this page, from 1 below the header; the last one is 0 if the table has no rows. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** All rows of the table below its header. */
  readonly rows: number;
  /** True: so that a row fits, long texts end with `…`, and columns at the right may be missing. */
  readonly isCut: boolean;
}

/**
 * Opens the weights and starts the threads of the network.
 *
 * @returns To be closed in the end: `await using detector = await openDetector()`.
 * @throws {UserError} If an option has no such value, or the weights or the device cannot be used.
 * @throws The reason of `signal`.
 */
export declare function openDetector(options?: DetectorOptions): Promise<TableDetector>;

/**
 * Reads all worksheets of a workbook, in the calling thread.
 *
 * @throws {WorkbookError} If it cannot be read; its `fault` says why.
 * @throws {UserError} If an option has no such value.
 * @throws The reason of `signal`.
 */
export declare function readWorkbook(source: WorkbookSource, { limits, signal }?: ReadWorkbookOptions): Promise<ReadWorkbook>;

export {};
