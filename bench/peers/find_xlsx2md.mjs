/**
 * xlsx2md: the tables that its Node API finds. `mode=balanced` or `mode=border` is its table detection mode.
 * The folder of its sources is the variable XLSX2MD. It speaks as `peer_frame.py` describes.
 */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const root = process.env.XLSX2MD;
const mode = process.argv[2].split("=")[1];
const runtime = pathToFileURL(join(root, "scripts", "lib", "xlsx2md-node-runtime.mjs"));
const { loadXlsx2mdNodeApi } = await import(runtime.href);
const api = loadXlsx2mdNodeApi({ rootDir: root });
const tell = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

tell({ version: process.env.XLSX2MD_VERSION });
for await (const path of createInterface({ input: process.stdin })) {
  try {
    const bytes = readFileSync(path);
    const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const book = await api.parseWorkbook(whole, basename(path));
    const sheets = api.convertWorkbookToMarkdownFiles(book, { tableDetectionMode: mode });
    const found = sheets.map(({ sheetName, summary }) => [
      sheetName,
      summary.tableScores.map(({ range }) => range.replace("-", ":")),
    ]);
    tell({ sheets: Object.fromEntries(found) });
  } catch (error) {
    tell({ error: String(error).slice(0, 200) });
  }
}
