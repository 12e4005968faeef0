/** Reads the size of a PNG file from its first chunk (PNG specification, 11.2.2). */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** The signature, length and name of the chunk IHDR, and its first two numbers. */
const HEADER_BYTES = 24;

/** @returns Width and height in pixels; null if the bytes are no PNG file. */
export function pngSize(bytes: Uint8Array): { readonly width: number; readonly height: number } | null {
  if (bytes.length < HEADER_BYTES || SIGNATURE.some((byte, index) => bytes[index] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
