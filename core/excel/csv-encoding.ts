/** Decodes texts whose encoding nothing but their bytes tells. */

import { isUtf8 } from "node:buffer";

/** How many bytes tell whether a text without a byte order mark is UTF-16. */
const SAMPLE_BYTES = 65_536;

/** The text of a file: UTF-16 with or without a byte order mark, UTF-8, or else Windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(utf16Of(bytes) ?? (isUtf8(bytes) ? "utf-8" : "windows-1252")).decode(bytes);
}

/**
 * UTF-16 if the bytes begin with its mark, or if many of them are 0 and nearly all of these stand at odd
 * places (little-endian) or at even ones (big-endian). Digits, separators and line ends have such bytes in
 * any language.
 */
function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  const end = Math.min(bytes.length, SAMPLE_BYTES);
  for (let at = 0; at < end; at++) if (bytes[at] === 0) zeros[at & 1]!++;
  const [even, odd] = zeros as [number, number];
  if (Math.max(even, odd) * 20 < end || Math.min(even, odd) * 10 > Math.max(even, odd)) return null;
  return odd > even ? "utf-16le" : "utf-16be";
}
