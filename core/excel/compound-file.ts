/**
 * Reads streams from a compound file, the container of old Office formats and of encrypted new ones.
 * ([MS-CFB])
 */

/** Sectors with these numbers end a chain, or are no sectors. */
const LAST_SECTOR = 0xfffffffa;
const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
/** How many sectors of the table of sectors the header itself names. */
const HEADER_TABLE_SECTORS = 109;
const STREAM = 2;
const ROOT = 5;

/** A compound file that is broken, or that is none. */
export class CompoundFileFault extends Error {
  override readonly name = "CompoundFileFault";
}

/** A stream or the root storage, as the directory describes it. */
interface Entry {
  readonly name: string;
  readonly type: number;
  readonly start: number;
  readonly size: number;
}

/** An open compound file. */
export class CompoundFile {
  readonly #bytes: Buffer;
  readonly #sectorBytes: number;
  /** By sector: the next one of its chain. */
  readonly #next: Uint32Array;
  readonly #entries: readonly Entry[];

  /**
   * @param bytes The whole file.
   * @throws {CompoundFileFault} If its tables are broken.
   */
  constructor(bytes: Buffer) {
    if (bytes.length < HEADER_BYTES) throw new CompoundFileFault("the header is cut off");
    this.#bytes = bytes;
    const shift = bytes.readUInt16LE(30);
    if (shift !== 9 && shift !== 12) throw new CompoundFileFault(`sectors of 2^${shift} bytes`);
    this.#sectorBytes = 2 ** shift;
    this.#next = this.#readTable();
    this.#entries = this.#readDirectory();
  }

  /**
   * The contents of a stream, by its name in any storage.
   *
   * @throws {CompoundFileFault} If there is none, or its sectors are not there.
   */
  stream(name: string): Buffer {
    const entry = this.#entries.find((each) => each.type === STREAM && each.name === name);
    if (!entry) throw new CompoundFileFault(`there is no stream "${name}"`);
    const smallest = this.#bytes.readUInt32LE(56);
    const bytes = entry.size < smallest ? this.#smallStream(entry) : this.#chain(entry.start);
    if (bytes.length < entry.size) throw new CompoundFileFault(`the stream "${name}" is cut off`);
    return bytes.subarray(0, entry.size);
  }

  /** True if there is a stream of this name in any storage. Capitals do not matter ([MS-CFB] 2.6.4). */
  has(name: string): boolean {
    const wanted = name.toUpperCase();
    return this.#entries.some((each) => each.type === STREAM && each.name.toUpperCase() === wanted);
  }

  #readTable(): Uint32Array {
    const bytes = this.#bytes;
    const perSector = this.#sectorBytes / 4;
    const sectors: number[] = [];
    for (let index = 0; index < HEADER_TABLE_SECTORS; index++)
      sectors.push(bytes.readUInt32LE(76 + index * 4));
    let list = bytes.readUInt32LE(68);
    const most = bytes.length / this.#sectorBytes;
    for (let count = 0; list < LAST_SECTOR && count < most; count++) {
      const sector = this.#sector(list);
      for (let index = 0; index < perSector - 1; index++) sectors.push(sector.readUInt32LE(index * 4));
      list = sector.readUInt32LE((perSector - 1) * 4);
    }
    const used = sectors.filter((sector) => sector < LAST_SECTOR);
    if (used.length > most) throw new CompoundFileFault("its table of sectors is larger than the file");
    const table = new Uint32Array(used.length * perSector);
    for (const [at, number] of used.entries()) {
      const sector = this.#sector(number);
      for (let index = 0; index < perSector; index++)
        table[at * perSector + index] = sector.readUInt32LE(index * 4);
    }
    return table;
  }

  #readDirectory(): Entry[] {
    const directory = this.#chain(this.#bytes.readUInt32LE(48));
    const entries: Entry[] = [];
    for (let at = 0; at + ENTRY_BYTES <= directory.length; at += ENTRY_BYTES) {
      const length = Math.min(64, directory.readUInt16LE(at + 64));
      entries.push({
        name: directory.toString("utf16le", at, at + Math.max(0, length - 2)),
        type: directory[at + 66]!,
        start: directory.readUInt32LE(at + 116),
        size: directory.readUInt32LE(at + 120),
      });
    }
    return entries;
  }

  /** A stream that lies in the sectors of 64 bytes of the root's own stream. */
  #smallStream({ start, size }: Entry): Buffer {
    const root = this.#entries.find(({ type }) => type === ROOT);
    if (!root) throw new CompoundFileFault("it has no root");
    const small = this.#chain(root.start);
    const table = this.#chain(this.#bytes.readUInt32LE(60));
    const pieces: Buffer[] = [];
    for (let sector = start, left = size; left > 0 && sector < LAST_SECTOR; left -= 64) {
      pieces.push(small.subarray(sector * 64, sector * 64 + 64));
      if (sector * 4 + 4 > table.length) break;
      sector = table.readUInt32LE(sector * 4);
    }
    return Buffer.concat(pieces);
  }

  /** The sectors of a chain, joined. */
  #chain(start: number): Buffer {
    const pieces: Buffer[] = [];
    for (let sector = start; sector < LAST_SECTOR; sector = this.#next[sector]!) {
      if (sector >= this.#next.length || pieces.length > this.#next.length)
        throw new CompoundFileFault("a chain of sectors without an end");
      pieces.push(this.#sector(sector));
    }
    return Buffer.concat(pieces);
  }

  #sector(number: number): Buffer {
    const from = (number + 1) * this.#sectorBytes;
    if (from >= this.#bytes.length) throw new CompoundFileFault("a sector behind the end of the file");
    const sector = this.#bytes.subarray(from, from + this.#sectorBytes);
    if (sector.length === this.#sectorBytes) return sector;
    // The last one may be shorter.
    return Buffer.concat([sector, Buffer.alloc(this.#sectorBytes - sector.length)]);
  }
}
