/** Reads the members of a tar archive from a stream (POSIX.1-2001 pax, ustar, and GNU's long names). */

/** A regular file of the archive. */
export interface TarMember {
  /** As stored, with forward slashes. Never use it as a path: it may lead anywhere. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

const BLOCK = 512;
/** A longer name or extended header is taken for damage. */
const MAX_HEADER_BYTES = 1 << 20;

/** What is wrong with an archive, in a few words. */
export class TarFault extends Error {
  override readonly name = "TarFault";
}

/**
 * Calls `onFile` for each regular file in the order of the archive, not for folders, links and devices.
 * `read` returns the file's content; the file is skipped if it is not called.
 *
 * @throws {TarFault} If the bytes are no tar archive, or the archive is cut off.
 */
export async function readTar(
  source: AsyncIterable<Uint8Array>,
  onFile: (member: TarMember, read: () => Promise<Buffer>) => Promise<void>,
): Promise<void> {
  const bytes = new ByteQueue(source);
  let extension: Extension = {};
  for (;;) {
    const header = await bytes.take(BLOCK, "a header");
    if (header === null || header.every((byte) => byte === 0)) return;
    checkSum(header);
    const type = String.fromCharCode(header[156]!);
    const size = Number(extension.size ?? numberAt(header, 124, 12));
    if (!Number.isSafeInteger(size) || size < 0) throw new TarFault("a member has no size");
    if (EXTENSION_TYPES.includes(type)) {
      extension = { ...extension, ...(await readExtension(bytes, type, size)) };
      continue;
    }
    const name = extension.path ?? extension.longName ?? storedName(header);
    extension = {};
    if (FILE_TYPES.includes(type)) await handOn(bytes, { name, size }, onFile);
    else await bytes.skip(paddedSize(size));
  }
}

/** What extended headers say about the member that follows them. */
interface Extension {
  /** From a pax header. It comes before `longName`. */
  readonly path?: string | undefined;
  readonly size?: string | undefined;
  /** From a GNU header. */
  readonly longName?: string;
}

/** GNU's long name and long link, pax headers of the next member and of all members. */
const EXTENSION_TYPES = ["L", "K", "x", "g"];
const FILE_TYPES = ["0", "\0", "7"];

/** Reads an extended header. Long links and headers of all members are skipped: files need neither. */
async function readExtension(bytes: ByteQueue, type: string, size: number): Promise<Extension> {
  if (size > MAX_HEADER_BYTES) throw new TarFault(`an extended header of ${size} bytes`);
  const content = (await bytes.take(paddedSize(size), "an extended header"))!.subarray(0, size);
  if (type === "L") return { longName: textOf(content) };
  if (type !== "x") return {};
  const records = paxRecords(content);
  return { path: records.get("path"), size: records.get("size") };
}

/** Calls `onFile`, and skips the content if it is not read. */
async function handOn(
  bytes: ByteQueue,
  { name, size }: TarMember,
  onFile: (member: TarMember, read: () => Promise<Buffer>) => Promise<void>,
): Promise<void> {
  let isRead = false;
  await onFile({ name: name.replaceAll("\\", "/"), size }, async () => {
    isRead = true;
    return (await bytes.take(paddedSize(size), name))!.subarray(0, size);
  });
  if (!isRead) await bytes.skip(paddedSize(size));
}

/** Content fills whole blocks. */
function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** Bytes of a stream, taken in pieces of any size. */
class ByteQueue {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunks: Uint8Array[] = [];
  #available = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** A new buffer; null if the stream ended before the first byte. */
  async take(size: number, what: string): Promise<Buffer | null> {
    while (this.#available < size) {
      const { done, value } = await this.#iterator.next();
      if (done) {
        if (this.#available === 0 && size === BLOCK) return null;
        throw new TarFault(`the archive ends within ${what}`);
      }
      this.#chunks.push(value);
      this.#available += value.length;
    }
    const result = Buffer.allocUnsafe(size);
    for (let at = 0; at < size; ) at += this.#shift(size - at, result, at);
    return result;
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0; ) {
      if (this.#available > 0) {
        left -= this.#shift(left, null, 0);
        continue;
      }
      const { done, value } = await this.#iterator.next();
      if (done) throw new TarFault("the archive ends within a file");
      this.#chunks.push(value);
      this.#available += value.length;
    }
  }

  /** Removes up to `size` bytes of the first chunk and copies them to `target` if there is one. */
  #shift(size: number, target: Buffer | null, at: number): number {
    const first = this.#chunks[0]!;
    const count = Math.min(size, first.length);
    target?.set(first.subarray(0, count), at);
    if (count === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
    this.#available -= count;
    return count;
  }
}

/** The sum is over all bytes of the header, with blanks in place of the sum itself. */
function checkSum(header: Buffer): void {
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 0x20 : header[at]!;
  if (sum !== numberAt(header, 148, 8)) throw new TarFault("it is no tar archive, or a broken one");
}

function storedName(header: Buffer): string {
  const name = textOf(upToZero(header.subarray(0, 100)));
  const isUstar = header.toString("latin1", 257, 262) === "ustar";
  const prefix = isUstar ? textOf(upToZero(header.subarray(345, 500))) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** An octal number, or a binary one if the first bit is set (GNU, for files of more than 8 GB). */
function numberAt(header: Buffer, offset: number, length: number): number {
  if ((header[offset]! & 0x80) !== 0) {
    let value = 0;
    for (let at = offset + 1; at < offset + length; at++) value = value * 256 + header[at]!;
    return value;
  }
  const text = header
    .toString("latin1", offset, offset + length)
    .replaceAll("\0", " ")
    .trim();
  return text === "" ? 0 : Number.parseInt(text, 8);
}

/** `27 path=a/name\n`: the length of the whole record in decimal, a keyword, a value. */
function paxRecords(content: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(0x20, at);
    const length = blank < 0 ? Number.NaN : Number(content.toString("latin1", at, blank));
    if (!Number.isInteger(length) || length <= blank - at || at + length > content.length) {
      throw new TarFault("an extended header is broken");
    }
    const record = content.subarray(blank + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    if (equals > 0) records.set(record.toString("latin1", 0, equals), textOf(record.subarray(equals + 1)));
    at += length;
  }
  return records;
}

function upToZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** The text as UTF-8, or as Latin-1 if it is not UTF-8. */
function textOf(bytes: Buffer): string {
  const content = upToZero(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return content.toString("latin1");
  }
}
