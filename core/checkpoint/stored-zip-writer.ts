/** Writes zip archives of uncompressed, aligned entries (PKWARE APPNOTE 6.3.9), as PyTorch does. */

import { crc32 } from "node:zlib";
import type { AtomicOutput } from "../files/atomic-output.ts";
import { ByteWriter } from "./byte-writer.ts";

/** One file of the archive. */
export interface ZipEntry {
  /** Its path in the archive. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The data of an entry begins at a multiple of this, so that readers can map tensors from the file. */
export const ALIGNMENT = 64;

const LIMIT_16 = 0xffff;
const LIMIT_32 = 0xffff_ffff;
const LOCAL_HEADER_BYTES = 30;
/**
 * 1 January 1980, the earliest date of the format. It is fixed, so that the same content gives the same
 * bytes.
 */
const TIME_AND_DATE = 0x0021_0000;
/** General purpose flag 11: names are UTF-8. */
const UTF8_NAMES = 1 << 11;
const VERSION_2_0 = 20;
/** Needed for 64-bit sizes and offsets. */
const VERSION_4_5 = 45;
const ZIP64_EXTRA = 0x0001;
/** The extra field that PyTorch uses for padding. Readers ignore an id that they do not know. */
const PADDING_EXTRA = 0x4246;

interface Written {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Writes a whole archive with the entries in the given order, without copying their data. The checksum of
 * an entry is computed before its header is written, so that the header is final.
 *
 * @param options.zip64 `always` writes 64-bit sizes and offsets even if 32 bits are enough, to test readers.
 */
export function writeStoredZip(
  output: AtomicOutput,
  entries: Iterable<ZipEntry>,
  options: { zip64?: "needed" | "always" } = {},
): void {
  const always = options.zip64 === "always";
  const written: Written[] = [];
  for (const { name, bytes } of entries) {
    const entry = {
      name: new TextEncoder().encode(name),
      crc: crc32(bytes),
      size: bytes.length,
      offset: output.position,
    };
    output.write(localHeader(entry, always));
    output.write(bytes);
    written.push(entry);
  }
  const start = output.position;
  for (const entry of written) output.write(centralHeader(entry, always));
  output.write(endOfDirectory(written.length, start, output.position - start, always));
}

function localHeader({ name, crc, size, offset }: Written, always: boolean): Uint8Array {
  const wide = always || size >= LIMIT_32;
  const unpadded = LOCAL_HEADER_BYTES + name.length + (wide ? 20 : 0) + 4;
  const padding = (ALIGNMENT - ((offset + unpadded) % ALIGNMENT)) % ALIGNMENT;
  const header = new ByteWriter();
  header.u32(0x0403_4b50);
  header.u16(wide ? VERSION_4_5 : VERSION_2_0);
  common(header, crc, wide ? LIMIT_32 : size);
  header.u16(name.length);
  header.u16((wide ? 20 : 0) + 4 + padding);
  header.bytes(name);
  if (wide) zip64Extra(header, [size, size]);
  header.u16(PADDING_EXTRA);
  header.u16(padding);
  header.zeros(padding);
  return header.written;
}

function centralHeader({ name, crc, size, offset }: Written, always: boolean): Uint8Array {
  const wideSize = always || size >= LIMIT_32;
  const wideOffset = always || offset >= LIMIT_32;
  const wide = [...(wideSize ? [size, size] : []), ...(wideOffset ? [offset] : [])];
  const version = wide.length > 0 ? VERSION_4_5 : VERSION_2_0;
  const header = new ByteWriter();
  header.u32(0x0201_4b50);
  header.u16(version); // made by
  header.u16(version); // needed
  common(header, crc, wideSize ? LIMIT_32 : size);
  header.u16(name.length);
  header.u16(wide.length > 0 ? 4 + 8 * wide.length : 0);
  header.u16(0); // comment
  header.u16(0); // disk
  header.u16(0); // internal attributes
  header.u32(0); // external attributes
  header.u32(wideOffset ? LIMIT_32 : offset);
  header.bytes(name);
  if (wide.length > 0) zip64Extra(header, wide);
  return header.written;
}

/** The fields that local and central headers share, flags to uncompressed size. */
function common(header: ByteWriter, crc: number, size: number): void {
  header.u16(UTF8_NAMES);
  header.u16(0); // method: stored
  header.u32(TIME_AND_DATE);
  header.u32(crc);
  header.u32(size); // compressed
  header.u32(size);
}

function zip64Extra(header: ByteWriter, values: readonly number[]): void {
  header.u16(ZIP64_EXTRA);
  header.u16(8 * values.length);
  for (const value of values) header.u64(value);
}

function endOfDirectory(count: number, start: number, size: number, always: boolean): Uint8Array {
  const end = new ByteWriter();
  if (always || count >= LIMIT_16 || start >= LIMIT_32 || size >= LIMIT_32) {
    end.u32(0x0606_4b50);
    end.u64(44); // the rest of this record
    end.u16(VERSION_4_5);
    end.u16(VERSION_4_5);
    end.u32(0); // this disk
    end.u32(0); // the directory's disk
    end.u64(count);
    end.u64(count);
    end.u64(size);
    end.u64(start);
    end.u32(0x0706_4b50); // the locator
    end.u32(0);
    end.u64(start + size);
    end.u32(1); // disks
  }
  end.u32(0x0605_4b50);
  end.u16(0);
  end.u16(0);
  end.u16(always ? LIMIT_16 : Math.min(count, LIMIT_16));
  end.u16(always ? LIMIT_16 : Math.min(count, LIMIT_16));
  end.u32(always ? LIMIT_32 : Math.min(size, LIMIT_32));
  end.u32(always ? LIMIT_32 : Math.min(start, LIMIT_32));
  end.u16(0); // comment
  return end.written;
}
