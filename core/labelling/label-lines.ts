/** The lines of `annotations.jsonl` as they stand in the file: all but those that change stay to the byte. */

import { isUtf8 } from "node:buffer";
import { posix } from "node:path";
import { plainName } from "../base/plain-name.ts";
import { isRecord } from "../base/plain-object.ts";
import { inPlaceOf, joinLines, splitLines, withEndOf, withoutMark } from "../dataset/annotation-bytes.ts";
import { staysInside } from "../dataset/annotation-line.ts";

/** Names a sheet. */
export interface SheetKey {
  /** Path of the workbook under the folder of the workbooks, with forward slashes. */
  readonly workbook: string;
  readonly sheet: string;
}

/** The keys of a line and their values, in the order of the line. */
export type LineFields = Readonly<Record<string, unknown>>;

interface Line {
  /** Without its line feed; a carriage return belongs to it. */
  readonly text: string;
  /** The line as it stands in the file, if it is not UTF-8; otherwise null. */
  readonly bytes: Uint8Array | null;
  /** Null for a line that cannot be read: it stays as it is. */
  readonly fields: LineFields | null;
}

/** Which sheets have names that differ in case and surrounding blanks alone. */
export class Spellings {
  readonly #ambiguous = new Set<string>();

  /** @param sheets The names of all sheets of the workbook. */
  note(workbook: string, sheets: readonly string[]): void {
    for (const [, [first, ...others]] of Map.groupBy(sheets, plainName)) {
      const key = plain({ workbook, sheet: first! });
      if (others.length > 0) this.#ambiguous.add(key);
      else this.#ambiguous.delete(key);
    }
  }

  isAmbiguous(key: SheetKey): boolean {
    return this.#ambiguous.has(plain(key));
  }
}

/** A file of labels in memory. */
export class LabelLines {
  readonly #spellings: Spellings;
  #lines: Line[] = [];
  /** Of each sheet that has a line, the index of the first one. */
  readonly #places = new Map<string, number>();

  /** @param file What the file holds. */
  constructor(file: Buffer, spellings: Spellings = new Spellings()) {
    this.#spellings = spellings;
    this.#lines = splitLines(file).map(readLine);
    this.#index();
  }

  /** The sheets that have a line. */
  get keys(): SheetKey[] {
    return this.#lines.flatMap(({ fields }) => (fields === null ? [] : (keyOf(fields) ?? [])));
  }

  /** The line about a sheet as it stands in the file; null if there is none. */
  text(key: SheetKey): string | null {
    const place = this.#placeOf(key);
    return place < 0 ? null : this.#lines[place]!.text.trimEnd();
  }

  fields(key: SheetKey): LineFields | null {
    const place = this.#placeOf(key);
    return place < 0 ? null : this.#lines[place]!.fields;
  }

  /** The file with another line about a sheet, or with none for null. */
  with(key: SheetKey, fields: LineFields | null): LabelLines {
    const changed = new LabelLines(Buffer.alloc(0), this.#spellings);
    const place = this.#placeOf(key);
    const lines = [...this.#lines];
    if (fields === null) {
      if (place >= 0) lines.splice(place, 1);
    } else {
      const content = JSON.stringify(fields);
      const text = place < 0 ? withEndOf(lines[0]?.text, content) : inPlaceOf(lines[place]!.text, content);
      lines[place < 0 ? lines.length : place] = { text, bytes: null, fields };
    }
    changed.#lines = lines;
    changed.#index();
    return changed;
  }

  /** What the file is to hold. */
  toBytes(): Buffer {
    return joinLines(this.#lines.map(({ text, bytes }) => bytes ?? Buffer.from(text)));
  }

  #index(): void {
    for (const [index, { fields }] of this.#lines.entries()) {
      const key = fields === null ? null : keyOf(fields);
      if (key === null) continue;
      for (const spelling of [exact(key), plain(key)]) {
        if (!this.#places.has(spelling)) this.#places.set(spelling, index);
      }
    }
  }

  /**
   * As the dataset's reader: by the exact name, else by one that differs in case and blanks alone, unless the
   * workbook has several such sheets.
   */
  #placeOf(key: SheetKey): number {
    const place = this.#places.get(exact(key));
    if (place !== undefined) return place;
    return this.#spellings.isAmbiguous(key) ? -1 : (this.#places.get(plain(key)) ?? -1);
  }
}

function readLine(line: Buffer): Line {
  const text = line.toString("utf8");
  const bytes = isUtf8(line) ? null : line;
  try {
    const value: unknown = JSON.parse(withoutMark(text));
    return { text, bytes, fields: isRecord(value) ? value : null };
  } catch {
    return { text, bytes, fields: null };
  }
}

/** Null for a line about no sheet of the folder: nothing outside of it is read, whatever a line says. */
function keyOf({ file_name, sheet_name }: LineFields): SheetKey | null {
  if (typeof file_name !== "string" || typeof sheet_name !== "string") return null;
  if (!staysInside(file_name)) return null;
  return { workbook: posix.normalize(file_name), sheet: sheet_name };
}

const exact = ({ workbook, sheet }: SheetKey) => JSON.stringify([workbook, sheet]);
const plain = ({ workbook, sheet }: SheetKey) => JSON.stringify([workbook, plainName(sheet), 0]);
