/**
 * Writes zip archives member by member (PKWARE APPNOTE 6.3), so that they need not be in memory as a whole.
 */

import { crc32, deflateRawSync } from "node:zlib";
import { IN_EXTRA, placeOfOffset64 } from "../zip-records.ts";

/**
 * 1980-01-01 00:00, the earliest time of a zip archive. A fixed time makes equal contents give equal bytes.
 */
const DOS_DATE = 0x0021;
const DOS_TIME = 0;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const STORED = 0;
const DEFLATED = 8;

export class ZipArchive {
  #directory: Uint8Array[] = [];
  #offset = 0;

  /**
   * The bytes of one more member. Write them directly after those that were returned before.
   *
   * @param level The compression level of zlib, 1 (fast) … 9 (small); 0 stores the content as it is.
   */
  add(name: string, content: string | Uint8Array, level = 6): Uint8Array {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const encodedName = Buffer.from(name);
    let method = DEFLATED;
    let data: Uint8Array = level === 0 ? bytes : deflateRawSync(bytes, { level });
    if (level === 0 || data.length >= bytes.length) {
      method = STORED;
      data = bytes;
    }
    const common = Buffer.alloc(26);
    common.writeUInt16LE(VERSION, 0);
    common.writeUInt16LE(UTF8_NAMES, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt16LE(DOS_TIME, 6);
    common.writeUInt16LE(DOS_DATE, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(encodedName.length, 22);

    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(VERSION, 4);
    common.copy(central, 6);
    central.writeUInt32LE(this.#offset, 42);
    this.#directory.push(Buffer.concat([central, encodedName]));

    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    common.copy(local, 4);
    const member = Buffer.concat([local, encodedName, data]);
    this.#advance(member.length);
    return member;
  }

  /**
   * Adds a member of another archive to the directory. Write its bytes directly after those that were
   * returned before.
   *
   * @param record Its record in the directory of the other archive.
   * @param length The number of its bytes, including its header.
   */
  carry(record: Buffer, length: number): void {
    const copy = Buffer.from(record);
    if (copy.readUInt32LE(42) !== IN_EXTRA) copy.writeUInt32LE(this.#offset, 42);
    else copy.writeBigUInt64LE(BigInt(this.#offset), placeOfOffset64(copy));
    this.#directory.push(copy);
    this.#advance(length);
  }

  /**
   * The directory that ends the archive.
   *
   * @param comment ASCII; it belongs to the archive and to no member.
   */
  end(comment = ""): Uint8Array {
    const directory = Buffer.concat(this.#directory);
    const count = this.#directory.length;
    if (count > 0xffff) throw new RangeError(`Cannot write a zip archive of ${count} members: at most 65535`);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(count, 8);
    end.writeUInt16LE(count, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(this.#offset, 16);
    end.writeUInt16LE(comment.length, 20);
    return Buffer.concat([directory, end, Buffer.from(comment, "latin1")]);
  }

  #advance(length: number): void {
    this.#offset += length;
    if (this.#offset > 0xffffffff) throw new RangeError("Cannot write a zip archive beyond 4 GiB");
  }
}
