/** Tests the checksum of the event files with the values that RFC 3720 gives. */

import { expect, test } from "bun:test";
import { MaskedCrc } from "../../../plugins/tensorboard/masked-crc.ts";

/** What the mask makes of a checksum, undone. */
function unmasked(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

test("the checksum is CRC-32C: the test vectors of RFC 3720, appendix B.4", () => {
  const crc = new MaskedCrc();
  const of = (bytes: Uint8Array) => unmasked(crc.of(bytes)).toString(16);
  expect(of(new Uint8Array(32))).toBe("8a9136aa");
  expect(of(new Uint8Array(32).fill(0xff))).toBe("62a8ab43");
  expect(of(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe("46dd794e");
  expect(of(new TextEncoder().encode("123456789"))).toBe("e3069283");
});
