/** Collects the texts of a workbook. */

import { textElement, XML_DECLARATION } from "./xml-text.ts";

/** The table of texts of a workbook (ECMA-376 part 1, 18.4). It has each text once; cells hold its index. */
export class SharedStrings {
  #indices = new Map<string, number>();
  #references = 0;

  get size(): number {
    return this.#indices.size;
  }

  /** Counts one more cell with this text, and returns the index of the text. */
  add(text: string): number {
    this.#references++;
    let index = this.#indices.get(text);
    if (index === undefined) {
      index = this.#indices.size;
      this.#indices.set(text, index);
    }
    return index;
  }

  /** `xl/sharedStrings.xml`. */
  toXml(): string {
    const parts = [
      XML_DECLARATION,
      '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"',
      ` count="${this.#references}" uniqueCount="${this.#indices.size}">`,
    ];
    for (const text of this.#indices.keys()) parts.push("<si>", textElement(text), "</si>");
    parts.push("</sst>");
    return parts.join("");
  }
}
