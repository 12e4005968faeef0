/** The metrics of a run as a report holds them: columns of numbers, packed into text. */

import type { CurveAxis } from "./api.ts";

/** Numbers as text: 32-bit floats, the first bytes of all before the second ones, deflated, in base64. */
export type PackedNumbers = string;

export interface EmbeddedColumns {
  /** Where each row stands on each axis; as many as there are rows. */
  readonly axes: Readonly<Record<CurveAxis, PackedNumbers>>;
  readonly metrics: Readonly<
    Record<
      string,
      {
        /** The rows that have a value, ascending; null: every row. */
        readonly rows: PackedNumbers | null;
        readonly values: PackedNumbers;
        /** Rows of the metric in the run. More than there are values: those with the extremes are kept. */
        readonly count: number;
      }
    >
  >;
}

const BYTES = 4;

/** Packs numbers; each loses what does not fit into 32 bits. */
export async function packNumbers(numbers: Float64Array): Promise<PackedNumbers> {
  const plain = new Uint8Array(Float32Array.from(numbers).buffer);
  const packed = await through(turned(plain, numbers.length, BYTES), new CompressionStream("deflate-raw"));
  let text = "";
  for (let at = 0; at < packed.length; at += 0x8000) {
    text += String.fromCharCode(...packed.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

/** The numbers that were packed. */
export async function unpackNumbers(packed: PackedNumbers): Promise<Float64Array> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const plain = await through(bytes, new DecompressionStream("deflate-raw"));
  const count = plain.length / BYTES;
  return Float64Array.from(new Float32Array(turned(plain, BYTES, count).buffer));
}

/** Bytes [rows, columns] as [columns, rows]. */
function turned(bytes: Uint8Array, rows: number, columns: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(bytes.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = bytes[row * columns + column]!;
    }
  }
  return result;
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}
