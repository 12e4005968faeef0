/** Reads the shapes of a sheet's drawing: their names, forms and anchors (ECMA-376 part 1, 20.5). */

import { childElements, rootElement } from "../../../excel/edit/xml-places.ts";
import { XmlReader } from "../../../excel/xml-reader.ts";

/** A point of a sheet: a column and a row from 0, and the distances from their starts in EMU. */
interface AnchorPoint {
  readonly column: number;
  readonly columnOffset: number;
  readonly row: number;
  readonly rowOffset: number;
}

/** A shape, connector, picture or group of a drawing. */
export interface DrawnShape {
  /** `group` is several shapes that were joined. */
  readonly kind: "shape" | "group" | "other";
  readonly name: string;
  /** What is written in it, without line breaks. */
  readonly text: string;
  /** The preset form, such as `rect`; empty if it has none. */
  readonly form: string;
  /** The colour of its line, RRGGBB in capitals; empty if it is none of its own. */
  readonly lineColor: string;
  /** Its upper left corner: a cell and distances from there. */
  readonly from: AnchorPoint;
  /** True: the distances of `from` are from the start of the sheet, and may reach over many cells. */
  readonly isAbsolute: boolean;
  /** Its lower right corner; null if the anchor has a size instead. */
  readonly to: AnchorPoint | null;
  /** Width and height in EMU; both 0 if the anchor has a second corner. */
  readonly width: number;
  readonly height: number;
  /** The bytes of its anchor in the part, from and up to. */
  readonly place: readonly [from: number, to: number];
}

const ANCHORS: ReadonlySet<string> = new Set(["twoCellAnchor", "oneCellAnchor", "absoluteAnchor"]);
const KINDS: ReadonlyMap<string, DrawnShape["kind"]> = new Map([
  ["sp", "shape"],
  ["grpSp", "group"],
]);

/** The shapes of a drawing in UTF-8, in its order. @throws {XmlFault} If it is not well-formed. */
export function readDrawnShapes(drawing: Uint8Array): DrawnShape[] {
  const anchors = [...childElements(drawing, rootElement(drawing))].filter(({ name }) => ANCHORS.has(name));
  return anchors.map(({ from, end }) => readAnchor(drawing.subarray(from, end), [from, end]));
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function readAnchor(bytes: Uint8Array, place: DrawnShape["place"]): DrawnShape {
  const start = { column: 0, columnOffset: 0, row: 0, rowOffset: 0 };
  const found: Mutable<DrawnShape> = {
    kind: "other",
    name: "",
    text: "",
    form: "",
    lineColor: "",
    from: start,
    isAbsolute: false,
    to: null,
    width: 0,
    height: 0,
    place,
  };
  const xml = new XmlReader(bytes);
  while (xml.next()) {
    if (xml.event !== "start") continue;
    if (xml.depth === 2) readPlace(xml, found);
    else readLook(xml, found);
  }
  return { ...found, text: found.text.trim() };
}

/** A child of the anchor: a corner, a size, or the shape itself. */
function readPlace(xml: XmlReader, found: Mutable<DrawnShape>): void {
  if (xml.name === "from") found.from = readPoint(xml);
  else if (xml.name === "to") found.to = readPoint(xml);
  else if (xml.name === "pos") {
    found.isAbsolute = true;
    found.from = {
      ...found.from,
      columnOffset: xml.integer("x", 0),
      rowOffset: xml.integer("y", 0),
    };
  } else if (xml.name === "ext") {
    found.width = xml.integer("cx", 0);
    found.height = xml.integer("cy", 0);
  } else found.kind = KINDS.get(xml.name) ?? found.kind;
}

/** What is inside of the shape. In a group, the names of its members are passed over. */
function readLook(xml: XmlReader, found: Mutable<DrawnShape>): void {
  if (xml.name === "cNvPr") {
    if (found.name === "") found.name = xml.attribute("name") ?? "";
  } else if (xml.name === "prstGeom") found.form = xml.attribute("prst") ?? "";
  else if (xml.name === "srgbClr" && xml.path.includes("ln")) {
    found.lineColor = (xml.attribute("val") ?? "").toUpperCase();
  } else if (xml.name === "t") found.text += `${xml.text()} `;
}

function readPoint(xml: XmlReader): AnchorPoint {
  const numbers: Record<string, number> = {};
  const { depth } = xml;
  while (xml.next() && !(xml.event === "end" && xml.depth === depth)) {
    if (xml.event === "start") numbers[xml.name] = Number.parseInt(xml.text(), 10) || 0;
  }
  const { col = 0, colOff = 0, row = 0, rowOff = 0 } = numbers;
  return { column: col, columnOffset: colOff, row, rowOffset: rowOff };
}
