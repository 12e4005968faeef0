/** The bytes of `annotations.jsonl`: whoever changes a line leaves all others to the byte. */

const BYTE_ORDER_MARK = "\ufeff";
const LINE_FEED = Buffer.from("\n");

/** The lines of a file, without their line feeds. The last one may lack its own. */
export function splitLines(file: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < file.length; ) {
    const feed = file.indexOf(LINE_FEED, from);
    const end = feed < 0 ? file.length : feed;
    lines.push(file.subarray(from, end));
    from = end + 1;
  }
  return lines;
}

/** What the file is to hold: the lines, each with a line feed. */
export function joinLines(lines: readonly Uint8Array[]): Buffer {
  return Buffer.concat(lines.flatMap((line) => [line, LINE_FEED]));
}

/** The text of a line without the byte order mark that the first one may have. */
export function withoutMark(line: string): string {
  return line.startsWith(BYTE_ORDER_MARK) ? line.slice(BYTE_ORDER_MARK.length) : line;
}

/** Another content for a line, which keeps its byte order mark and the end that lines have on Windows. */
export function inPlaceOf(line: string, content: string): string {
  const mark = line.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  return `${mark}${withEndOf(line, content)}`;
}

/** A further line with the end that another line has. @param line Undefined if there is none. */
export function withEndOf(line: string | undefined, content: string): string {
  return line?.endsWith("\r") ? `${content}\r` : content;
}
