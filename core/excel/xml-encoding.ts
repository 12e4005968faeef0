/** Converts XML parts of any encoding to UTF-8. */

import { XmlFault } from "./xml-bytes.ts";

/**
 * The text of a part as UTF-8 without a byte order mark. UTF-8 is returned as it is, as a view. UTF-16, which
 * is recognised by its byte order mark or its first `<`, and the encodings that a declaration names are
 * converted (XML 1.0, appendix F).
 */
export function toUtf8(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  const encoding = otherEncoding(bytes);
  if (encoding === null) return bytes;
  return converted(hasUtf16Mark(bytes) ? bytes.subarray(2) : bytes, encoding);
}

/** True if a part that begins with these bytes is UTF-8 without a byte order mark. */
export function isPlainUtf8(start: Uint8Array): boolean {
  return start[0] !== 0xef && otherEncoding(start) === null;
}

/** The encoding of a part, if it is not UTF-8. */
function otherEncoding(bytes: Uint8Array): string | null {
  const [a, b] = bytes;
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return "utf-16be";
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return "utf-16le";
  if (a !== 0x3c || b !== 0x3f) return null;
  const declaration = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString(
    "latin1",
  );
  const encoding = /^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/
    .exec(declaration)?.[1]
    ?.toLowerCase();
  if (encoding === undefined || /^(utf-?8|us-ascii|ascii|utf-16)$/.test(encoding)) return null;
  return encoding;
}

function hasUtf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe);
}

function converted(bytes: Uint8Array, encoding: string): Uint8Array {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding as "utf-8", { fatal: true });
  } catch {
    throw new XmlFault(`the encoding "${encoding}", which is not known`);
  }
  try {
    return Buffer.from(decoder.decode(bytes));
  } catch {
    throw new XmlFault(`text that is not valid ${encoding.toUpperCase()}`);
  }
}
