/** Converts XML parts of any encoding to UTF-8. */

import { XmlFault } from "./xml-bytes.ts";

/**
 * The text of a part as UTF-8 without a byte order mark. UTF-8 is returned as it is, as a view. UTF-16, which
 * is recognised by its byte order mark or its first `<`, and the encodings that a declaration names are
 * converted (XML 1.0, appendix F).
 */
export function toUtf8(bytes: Uint8Array): Uint8Array {
  if (hasUtf8Mark(bytes)) return bytes.subarray(3);
  const encoding = otherEncoding(bytes);
  return encoding === null ? bytes : decoded(fatalDecoder(encoding), bytes, false);
}

/** The same for a part that comes in pieces. The first piece has to hold its declaration. */
export async function* utf8Pieces(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let encoding: string | null = null;
  let decoder: TextDecoder | null = null;
  let isFirst = true;
  for await (const piece of pieces) {
    let content = piece;
    if (isFirst) {
      isFirst = false;
      encoding = otherEncoding(piece);
      if (encoding !== null) decoder = fatalDecoder(encoding);
      else if (hasUtf8Mark(piece)) content = piece.subarray(3);
    }
    yield decoder === null ? content : decoded(decoder, content, true);
  }
  if (decoder !== null) yield decoded(decoder, new Uint8Array(0), false);
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

function hasUtf8Mark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** A decoder that skips a byte order mark. */
function fatalDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding as "utf-8", { fatal: true });
  } catch {
    throw new XmlFault(`the encoding "${encoding}", which is not known`);
  }
}

/** @param stream True if more bytes follow. */
function decoded(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): Uint8Array {
  try {
    return Buffer.from(decoder.decode(bytes, { stream }));
  } catch {
    throw new XmlFault(`text that is not valid ${decoder.encoding.toUpperCase()}`);
  }
}
