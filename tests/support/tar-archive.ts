/** Writes tar archives as other programs do, well-formed or not. */

export interface TarEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** 0 file, 5 folder, 2 link, L and x long names. */
  readonly type?: string;
}

/** A ustar archive with two empty blocks at its end. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(member), Buffer.alloc(1024)]);
}

/** The entry with its name in a GNU `L` member before it. */
export function gnuLongName({ name, ...rest }: TarEntry): TarEntry[] {
  const long = typeof name === "string" ? Buffer.from(`${name}\0`) : name;
  return [
    { name: "././@LongLink", content: long, type: "L" },
    { name: "cut", ...rest },
  ];
}

/** The entry with its name in a pax header before it. */
export function paxName({ name, ...rest }: TarEntry): TarEntry[] {
  const body = ` path=${name}\n`;
  const length = Buffer.byteLength(body);
  const digits = String(length + String(length).length).length;
  return [
    { name: "PaxHeaders/x", content: `${length + digits}${body}`, type: "x" },
    { name: "cut", ...rest },
  ];
}

function member({ name, content = "", type = "0" }: TarEntry): Buffer[] {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(512);
  header.set(Buffer.from(name).subarray(0, 100), 0);
  header.write("0000644\0", 100);
  header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write("ustar\0", 257);
  header.write("00", 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}
