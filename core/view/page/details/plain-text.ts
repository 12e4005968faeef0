/** What a terminal printed, without the codes that colour it or move its cursor. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the codes
const CODES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])/g;

/** A line that was written over itself keeps what stood there last. */
export function plainText(text: string): string {
  return text
    .replace(CODES, "")
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").at(-1)!)
    .join("\n");
}
