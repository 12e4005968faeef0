/**
 * A slow, strict reader of worksheet parts on top of saxes: the twin against which the byte scanner is held.
 */
import { SaxesParser } from "saxes";
import { SheetScanner } from "../../core/excel/sheet-scanner.ts";
import { TextTable } from "../../core/excel/text-table.ts";
import { XmlFault } from "../../core/excel/xml-bytes.ts";

/** Everything of a sheet that both readers know, as plain data. */
export interface PlainSheet {
  /**
   * row, column, style, has a formula, what is stored (a number's or boolean's value, an index, a text),
   * expression.
   */
  cells: [number, number, number, boolean, string | number | null, string | null][];
  merges: string[];
}

const column = (letters: string): number =>
  [...letters.toUpperCase()].reduce((sum, c) => sum * 26 + c.charCodeAt(0) - 64, 0);

const resolveEscapes = (text: string): string =>
  text
    .replace(/(?:_x[0-9a-fA-F]{4}_)+/g, (run) =>
      run.replace(/_x([0-9a-fA-F]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    )
    .toWellFormed();

/**
 * Reads a worksheet with saxes.
 *
 * @param strings How many shared strings the workbook has.
 * @returns null where the part is not well-formed, has a document type, or is no worksheet.
 */
export function readWithSaxes(xml: string, strings: number): PlainSheet | null {
  const sheet: PlainSheet = { cells: [], merges: [] };
  const parser = new SaxesParser({});
  const path: string[] = [];
  let belongs = (_name: string, _attributes: Record<string, string>): boolean => true;
  let row = 0;
  let at = 0;
  let cell: {
    style: number;
    type: string;
    value: string | null;
    inline: string | null;
    formula: string | null;
    isFormula: boolean;
  } | null = null;
  let text: string | null = null;
  let failed = false;
  let isSheet = true;
  parser.on("error", () => {
    failed = true;
  });
  parser.on("doctype", () => {
    failed = true;
  });
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the events of one parser, which share their state
  parser.on("opentag", ({ name, attributes, isSelfClosing }) => {
    if (path.length === 0) {
      belongs = vocabularyOf(name, attributes);
      if (localName(name) !== "worksheet") isSheet = false;
    }
    path.push(belongs(name, attributes) ? localName(name) : `?${name}`);
    const here = path.join("/");
    if (here === "worksheet/sheetData/row") {
      row = isNatural(attributes.r) && Number(attributes.r) > 0 ? Number(attributes.r) : row + 1;
      at = 0;
    } else if (here === "worksheet/sheetData/row/c") {
      at++;
      const match = /^([A-Za-z]+)(0*[1-9][0-9]*)$/.exec(attributes.r ?? "");
      if (match) {
        at = column(match[1]!);
        row = Number(match[2]);
      }
      const style = isNatural(attributes.s) ? Number(attributes.s) : 0;
      cell = {
        style: style < 0xffff ? style : 0,
        type: attributes.t ?? "n",
        value: null,
        inline: null,
        formula: null,
        isFormula: false,
      };
    } else if (cell && here.startsWith("worksheet/sheetData/row/c/")) {
      const inside = path.slice(4).join("/");
      if (inside === "f") cell.isFormula = true;
      if (inside === "is") cell.inline ??= "";
      if (inside === "v" || inside === "f") text = "";
      if (path.at(-1) === "t" && path.includes("is") && !path.includes("rPh")) text = "";
      if (isSelfClosing && inside === "v" && !/^[nsb]$/.test(cell.type)) cell.value = "";
    } else if (here === "worksheet/mergeCells/mergeCell") {
      const [first, last = first] = (attributes.ref ?? "").replaceAll("$", "").toUpperCase().split(":");
      if (/^[0-9]+$/.test(first!)) sheet.merges.push(`A${first}:XFD${last}`);
      else if (/^[A-Z]+$/.test(first!)) sheet.merges.push(`${first}1:${last}1048576`);
      else if (first !== last) sheet.merges.push(`${first}:${last}`);
    }
  });
  const add = (more: string): void => {
    if (text !== null) text += more;
  };
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => {
    const local = path.at(-1)!;
    const depth = path.length;
    if (cell && text !== null) {
      if (depth === 5 && local === "v") cell.value = text;
      else if (depth === 5 && local === "f") cell.formula = text === "" ? null : resolveEscapes(text);
      else if (local === "t" && depth >= 6) cell.inline = (cell.inline ?? "") + text;
      text = null;
    }
    if (cell && depth === 4 && local === "c") {
      sheet.cells.push([
        row,
        at,
        cell.style,
        cell.isFormula,
        stored(cell.type, cell.value, cell.inline, strings),
        cell.formula,
      ]);
      cell = null;
    }
    path.pop();
  });
  try {
    parser.write(xml).close();
  } catch {
    return null;
  }
  return failed || !isSheet ? null : sheet;
}

const MAIN = [
  "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
  "http://purl.oclc.org/ooxml/spreadsheetml/main",
];

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);
const prefixOf = (name: string): string => name.slice(0, Math.max(0, name.indexOf(":")));

/** The namespaces that a start tag declares, by prefix. */
function declarations(attributes: Record<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "xmlns") found.set("", value);
    else if (prefixOf(name) === "xmlns") found.set(localName(name), value);
  }
  return found;
}

/** Whether an element belongs to the sheet: its prefix is the root's, or is not known to mean another one. */
function vocabularyOf(
  root: string,
  attributes: Record<string, string>,
): (name: string, attributes: Record<string, string>) => boolean {
  const known = declarations(attributes);
  const own = [...MAIN, known.get(prefixOf(root))];
  return (name, more) => {
    const prefix = prefixOf(name);
    const namespace = declarations(more).get(prefix) ?? known.get(prefix);
    return prefix === prefixOf(root) || namespace === undefined || own.includes(namespace);
  };
}

/** True for a whole number that fits into 31 bits. */
function isNatural(text: string | undefined): boolean {
  return /^[0-9]{1,10}$/.test(text ?? "") && Number(text) <= 0x7fffffff;
}

function stored(
  type: string,
  value: string | null,
  inline: string | null,
  strings: number,
): string | number | null {
  if (type === "inlineStr" && inline !== null) return resolveEscapes(inline);
  if (value === null) return null;
  if (type !== "n" && type !== "s" && type !== "b") return resolveEscapes(value);
  const bare = resolveEscapes(value).trim();
  if (bare === "") return null;
  if (type === "b") return bare === "1" || bare.toLowerCase() === "true" ? 1 : 0;
  const isNumeral = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(bare);
  if (type === "s") {
    const index = isNumeral ? Number(bare) : -1;
    return Number.isInteger(index) && index >= 0 && index < strings ? index : "\uFFFD";
  }
  return isNumeral && Number.isFinite(Number(bare)) ? Number(bare) : bare;
}

/** Reads a worksheet with the byte scanner, in windows of the given size; null where it refuses the part. */
export function readWithScanner(bytes: Uint8Array, strings: number, windowBytes: number): PlainSheet | null {
  const shared = new TextTable();
  for (let index = 0; index < strings; index++) shared.push("x");
  const scanner = new SheetScanner(shared, { rows: 2 ** 20, columns: 2 ** 14 }, 16, () => {});
  try {
    let start = 0;
    for (let end = Math.min(windowBytes, bytes.length); ; end = Math.min(end + windowBytes, bytes.length)) {
      const window = Buffer.from(bytes.subarray(start, end));
      start += scanner.scan(window, window.length, end === bytes.length);
      if (end === bytes.length) break;
    }
  } catch (error) {
    if (error instanceof XmlFault) return null;
    throw error;
  }
  return plain(scanner);
}

function plain(scanner: SheetScanner): PlainSheet {
  const { cells, formulas, texts, merges } = scanner;
  const sheet: PlainSheet = { cells: [], merges: [] };
  for (let cell = 0; cell < cells.length; cell++) {
    const kind = cells.kind(cell);
    const value = cells.values[cell]!;
    const isText = kind === 3 || kind === 5 || kind === 6;
    const formula = formulas.find(cell);
    const expression = formula < 0 || formulas.text(formula) < 0 ? null : texts.get(formulas.text(formula));
    sheet.cells.push([
      cells.rows[cell]!,
      cells.columns[cell]!,
      cells.styles[cell]!,
      cells.hasFormula(cell),
      kind === 0 ? null : isText ? texts.get(value) : value,
      expression,
    ]);
  }
  for (let at = 0; at < merges.length; at += 4) {
    const name = (c: number): string =>
      (c > 26 ? name(Math.floor((c - 1) / 26)) : "") + String.fromCharCode(65 + ((c - 1) % 26));
    const corner = (offset: number) => `${name(merges.at(at + offset + 1))}${merges.at(at + offset)}`;
    sheet.merges.push(`${corner(0)}:${corner(2)}`);
  }
  return sheet;
}
