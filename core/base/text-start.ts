/** The start of a text, for names of files: systems count bytes. */

/** The text, or as many whole characters from its start as have at most so many bytes in UTF-8. */
export function textStart(text: string, mostBytes: number): string {
  let [start, bytes] = ["", 0];
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > mostBytes) break;
    start += character;
  }
  return start;
}
