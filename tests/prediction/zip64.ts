/** An archive as writers make it that know of sizes beyond 4 GiB only: every place stands in 64 bits. */

import { ByteSource } from "../../core/excel/byte-source.ts";
import { readZipRecords } from "../../core/excel/zip-records.ts";

/** @param bytes An archive without such fields. */
export function asZip64(bytes: Uint8Array): Uint8Array {
  const records = readZipRecords(ByteSource.open({ name: "archive", bytes }));
  const members = bytes.subarray(0, Math.max(...records.map(({ end }) => end)));
  const directory = Buffer.concat(
    records.map(({ directory: old, start }) => {
      const record = Buffer.from(old);
      record.writeUInt16LE(12 + record.readUInt16LE(30), 30);
      record.writeUInt32LE(0xffffffff, 42);
      const extra = Buffer.alloc(12);
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(8, 2);
      extra.writeBigUInt64LE(BigInt(start), 4);
      return Buffer.concat([record, extra]);
    }),
  );
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(BigInt(records.length), 24);
  end64.writeBigUInt64LE(BigInt(records.length), 32);
  end64.writeBigUInt64LE(BigInt(directory.length), 40);
  end64.writeBigUInt64LE(BigInt(members.length), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(members.length + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22, 0xff);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(0, 4);
  end.writeUInt16LE(0, 20);
  return Buffer.concat([members, directory, end64, locator, end]);
}
