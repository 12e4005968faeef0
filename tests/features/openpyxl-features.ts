/**
 * Compares feature grids with those that openpyxl_features.py makes of openpyxl's objects, channel by
 * channel.
 *
 * usage: bun tests/features/openpyxl-features.ts FILE.xlsx ...
 */
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { columnName } from "../../core/base/range.ts";
import { readWorkbook } from "../../core/excel/read-workbook.ts";
import { featurise } from "../../core/features/featurise.ts";
import { CHANNEL_COUNT, CHANNELS, DIGIT_PROPORTION } from "../../core/features/grid.ts";
import { jsonLines, PYTHON } from "../excel/openpyxl-compare.ts";

interface PeerSheet {
  name: string;
  height: number;
  width: number;
  rows: number;
  columns: number;
  channels: string;
}
type PeerLine = { file: string; error: string } | { file: string; sheets: PeerSheet[] };

/** Grids are cropped to this: the peer takes 20 µs a cell. */
const MAX_ROWS = 400;
const MAX_COLS = 100;
/** What the peer writes for lengths that it cannot know. */
const UNKNOWN = 9;

export interface GridComparison {
  files: number;
  sheets: number;
  cells: number;
  /**
   * Cells whose text openpyxl changes on reading (dates before 1900): the channels of the text are left out.
   */
  unknownTexts: number;
  readonly peerErrors: string[];
  readonly differences: string[];
}

/** Compares the grids of workbooks, one after the other. */
export async function compareGrids(paths: readonly string[]): Promise<GridComparison> {
  const result: GridComparison = {
    files: 0,
    sheets: 0,
    cells: 0,
    unknownTexts: 0,
    peerErrors: [],
    differences: [],
  };
  const script = join(import.meta.dir, "openpyxl_features.py");
  const limits = [String(MAX_ROWS), String(MAX_COLS)];
  for await (const line of jsonLines<PeerLine>([PYTHON, script, ...limits, ...paths])) {
    if ("error" in line) {
      result.peerErrors.push(`${line.file}: ${line.error}`);
      continue;
    }
    result.files++;
    const workbook = await readWorkbook(line.file);
    for (const theirs of line.sheets) {
      const sheet = workbook.sheets.find(({ name }) => name === theirs.name);
      if (!sheet) {
        if (theirs.height > 0) result.differences.push(`${line.file} ${theirs.name}: no such sheet here`);
        continue;
      }
      result.sheets++;
      const place = `${line.file} ${theirs.name}`;
      if (sheet.height !== theirs.height || sheet.width !== theirs.width) {
        result.differences.push(
          `${place}: ${sheet.height} × ${sheet.width}, openpyxl's ${theirs.height} × ${theirs.width}`,
        );
        continue;
      }
      const { data } = featurise(sheet, { maxRows: MAX_ROWS, maxCols: MAX_COLS });
      compareSheet(place, data, theirs, result);
    }
  }
  return result;
}

function compareSheet(place: string, ours: Float32Array, theirs: PeerSheet, result: GridComparison): void {
  const cells = theirs.rows * theirs.columns;
  result.cells += cells;
  if (cells === 0) return;
  const bytes = inflateSync(Buffer.from(theirs.channels, "base64"));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let cell = 0; cell < cells; cell++) {
    const at = cell * CHANNEL_COUNT;
    const isUnknown = bytes[at + DIGIT_PROPORTION + 1] === UNKNOWN;
    if (isUnknown) result.unknownTexts++;
    for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
      const isText =
        channel === 0 || channel === 3 || (channel >= DIGIT_PROPORTION && channel < DIGIT_PROPORTION + 5);
      if (isUnknown && isText) continue;
      let expected = bytes[at + channel]!;
      if (channel === DIGIT_PROPORTION) {
        const digits = view.getInt32(cells * CHANNEL_COUNT + cell * 4, true);
        const visible = view.getInt32(cells * (CHANNEL_COUNT + 4) + cell * 4, true);
        expected = visible === 0 ? 0 : Math.fround(digits / visible);
      }
      if (ours[at + channel] === expected) continue;
      const address = `${columnName((cell % theirs.columns) + 1)}${Math.floor(cell / theirs.columns) + 1}`;
      result.differences.push(
        `${place}!${address} ${CHANNELS[channel]}: ${ours[at + channel]}, openpyxl's ${expected}`,
      );
    }
  }
}

if (import.meta.main) {
  const result = await compareGrids(process.argv.slice(2));
  for (const line of result.differences) console.log(line);
  for (const line of result.peerErrors) console.log(`openpyxl cannot read ${line}`);
  const { files, sheets, cells, unknownTexts, differences } = result;
  console.log(`${files} files, ${sheets} sheets, ${cells} cells (${unknownTexts} texts not comparable)`);
  console.log(`${differences.length} differences`);
  process.exitCode = differences.length === 0 ? 0 : 1;
}
