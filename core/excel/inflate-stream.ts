/** Decompresses in pieces. */

import { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";

/** Inflates raw deflate data in pieces of at most `pieceBytes`. Only one piece is in memory at a time. */
export async function* inflateStream(
  compressed: Iterable<Uint8Array>,
  pieceBytes: number,
): AsyncGenerator<Uint8Array> {
  const input = Readable.from(compressed, { objectMode: false });
  const stream = createInflateRaw({ chunkSize: pieceBytes });
  input.on("error", (error) => stream.destroy(error));
  input.pipe(stream);
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } finally {
    input.destroy();
    stream.destroy();
  }
}
