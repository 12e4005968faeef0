/** The checksum of TensorFlow's record files: CRC-32C, rotated and shifted by a constant. */

/** The polynomial of Castagnoli, bits reversed (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78;
/** As in tensorflow/core/lib/hash/crc32c.h. */
const MASK_DELTA = 0xa282ead8;

export class MaskedCrc {
  /** The CRC of each byte. */
  readonly #table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc >>> 0;
  });

  /** @returns An unsigned number of 32 bits. */
  of(bytes: Uint8Array): number {
    let crc = 0xffffffff;
    for (const byte of bytes) crc = this.#table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
    crc = (crc ^ 0xffffffff) >>> 0;
    return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
  }
}
