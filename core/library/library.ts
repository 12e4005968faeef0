/**
 * What programs import from "tablesense2": the tables of workbooks, and their cells. Nothing here prints,
 * ends the process, changes its folder or keeps state beyond the objects that it returns.
 */

export { type ExitCode, type Problem, UserError } from "../base/problem.ts";
export { WorkbookError, type WorkbookFault } from "../excel/workbook-error.ts";
export type {
  CallOptions,
  CellContent,
  DetectorMode,
  DetectorOptions,
  ExtractedFile,
  ExtractedWorkbook,
  ExtractOptions,
  FoundSheet,
  FoundTable,
  FoundWorkbook,
  PageOptions,
  ReadSheet,
  ReadTable,
  ReadWorkbook,
  ReadWorkbookOptions,
  TableDetector,
  TableOptions,
  TablePage,
  WorkbookSource,
} from "./library-types.ts";
export { openDetector } from "./open-detector.ts";
export { readWorkbook } from "./read-workbook.ts";
