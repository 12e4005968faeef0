/** Small workbooks for tests: XML strings in, the bytes of an archive out; and ways to make broken ones. */
import { Readable } from "node:stream";
import { crc32, createDeflateRaw, deflateRawSync } from "node:zlib";

/** A member that is written otherwise than the others. */
export interface Member {
  readonly content: string | Uint8Array;
  /** What the directory says instead of the truth. */
  readonly claimedSize?: number;
  readonly claimedCrc?: number;
  /** The compressed bytes, instead of those of `content`; size and checksum have to be claimed. */
  readonly deflated?: Uint8Array;
  /** Bit flags, compression method. */
  readonly flags?: number;
  readonly method?: number;
}

export type Parts = Readonly<Record<string, string | Uint8Array | Member>>;

/** An archive of the given members, in their order. */
export function zip(parts: Parts | readonly (readonly [string, string | Uint8Array | Member])[]): Uint8Array {
  const members = Array.isArray(parts) ? parts : Object.entries(parts);
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, part] of members as [string, string | Uint8Array | Member][]) {
    const member: Member = typeof part === "string" || part instanceof Uint8Array ? { content: part } : part;
    const content = Buffer.from(member.content as string);
    const method = member.method ?? 8;
    const data = Buffer.from(member.deflated ?? (method === 0 ? content : deflateRawSync(content)));
    const fields = Buffer.alloc(26); // from "version needed" on, as local and central header share them
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE((member.flags ?? 0) | 0x800, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(member.claimedCrc ?? crc32(content), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(member.claimedSize ?? content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const header = Buffer.concat([Buffer.from("PK\u0003\u0004"), fields, Buffer.from(name)]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000"), fields, rest, Buffer.from(name)]));
    local.push(header, data);
    offset += header.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** A member from pieces of text that are never in memory all at once. */
export async function compressed(pieces: Iterable<string>): Promise<Member> {
  let claimedSize = 0;
  let claimedCrc = 0;
  const counted = function* () {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      claimedSize += bytes.length;
      claimedCrc = crc32(bytes, claimedCrc);
      yield bytes;
    }
  };
  const output: Uint8Array[] = [];
  const stream = Readable.from(counted(), { objectMode: false }).pipe(createDeflateRaw());
  for await (const chunk of stream) output.push(chunk as Uint8Array);
  return { content: "", deflated: Buffer.concat(output), claimedSize, claimedCrc };
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships";

/** A list of relationships: [id, last word of the type, target]. */
export function relationships(
  ...list: readonly (readonly [id: string, type: string, target: string])[]
): string {
  const items = list.map(
    ([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}">${items.join("")}</Relationships>`;
}

/** A worksheet part around its content. */
export function worksheet(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="${MAIN}">${content}</worksheet>`;
}

/** A worksheet of rows of cells. */
export function sheetOf(...rows: readonly string[]): string {
  const data = rows.map((cells, index) => `<row r="${index + 1}">${cells}</row>`);
  return worksheet(`<sheetData>${data.join("")}</sheetData>`);
}

/** A shared-string part. */
export function sharedStrings(...items: readonly string[]): string {
  return `<sst xmlns="${MAIN}">${items.map((item) => `<si>${item}</si>`).join("")}</sst>`;
}

/** A styles part from the content of its sections; what is left out is as in a new workbook. */
export function styles(
  sections: Partial<
    Record<"numFmts" | "fonts" | "fills" | "borders" | "cellStyleXfs" | "cellXfs" | "colors", string>
  >,
): string {
  const all = {
    numFmts: "",
    fonts: '<font><sz val="11"/><name val="Calibri"/></font>',
    fills: '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>',
    borders: "<border><left/><right/><top/><bottom/></border>",
    cellStyleXfs: '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
    cellXfs: '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    colors: "",
    ...sections,
  };
  const parts = Object.entries(all).map(([name, content]) =>
    content === "" ? "" : `<${name}>${content}</${name}>`,
  );
  return `<styleSheet xmlns="${MAIN}">${parts.join("")}</styleSheet>`;
}

/**
 * The parts of a workbook with the given sheets (name → worksheet XML), and further parts or replacements.
 */
export function workbookParts(
  sheets: Readonly<Record<string, string>>,
  extra: Parts = {},
): Record<string, string | Uint8Array | Member> {
  const names = Object.keys(sheets);
  const entries = names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`);
  const targets = names.map((_, i) => [`rId${i + 1}`, "worksheet", `worksheets/sheet${i + 1}.xml`] as const);
  return {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": relationships(["rId1", "officeDocument", "xl/workbook.xml"]),
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${entries.join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relationships(
      ...targets,
      ...("xl/sharedStrings.xml" in extra ? [["rIdS", "sharedStrings", "sharedStrings.xml"] as const] : []),
      ...("xl/styles.xml" in extra ? [["rIdT", "styles", "styles.xml"] as const] : []),
      ...("xl/theme/theme1.xml" in extra ? [["rIdH", "theme", "theme/theme1.xml"] as const] : []),
    ),
    ...Object.fromEntries(names.map((name, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheets[name]!])),
    ...extra,
  };
}

/** A workbook of one sheet, `Sheet1`. */
export function workbook(sheet: string, extra: Parts = {}): { name: string; bytes: Uint8Array } {
  return { name: "made.xlsx", bytes: zip(workbookParts({ Sheet1: sheet }, extra)) };
}
