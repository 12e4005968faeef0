/** The members of an archive as they lie in the file. */

import { ByteSource } from "../../core/excel/byte-source.ts";
import { IN_EXTRA, placeOfOffset64, readZipRecords } from "../../core/excel/zip-records.ts";

/** By name: header and compressed data, and the record in the directory but for the member's place. */
export function rawMembers(bytes: Uint8Array): Map<string, string> {
  const source = ByteSource.open({ name: "archive", bytes });
  return new Map(
    readZipRecords(source).map(({ name, directory, start, end }) => {
      const record = Buffer.from(directory);
      if (record.readUInt32LE(42) === IN_EXTRA) record.writeBigUInt64LE(0n, placeOfOffset64(record));
      else record.writeUInt32LE(0, 42);
      return [name, Buffer.concat([record, bytes.subarray(start, end)]).toString("latin1")];
    }),
  );
}
